# What the hypervisor wrote down about migrations on this node. Properties only: messages are translated.
param([string]$Since)
$start = [DateTime]::Parse($Since, [Globalization.CultureInfo]::InvariantCulture, [Globalization.DateTimeStyles]::RoundtripKind).ToLocalTime()
$events = @()
$unreadable = @()
foreach ($filter in @{ LogName = 'Microsoft-Windows-Hyper-V-VMMS-Admin'; Id = 20415, 20417, 20418, 21024; StartTime = $start }, @{ LogName = 'Microsoft-Windows-Hyper-V-Worker-Admin'; Id = 22507, 22508, 22509; StartTime = $start }) {
  try {
    $events += @(Get-WinEvent -FilterHashtable $filter | ForEach-Object {
      [pscustomobject]@{ id = [int]$_.Id; utc = $_.TimeCreated.ToUniversalTime().ToString('o'); record = [string]$_.RecordId; properties = @($_.Properties | ForEach-Object { [string]$_.Value }) }
    })
  } catch {
    if (-not ([string]$_.FullyQualifiedErrorId -like 'NoMatchingEventsFound*')) { $unreadable += [pscustomobject]@{ log = [string]$filter['LogName']; why = [string]$_.Exception.Message } }
  }
}
[ordered]@{ events = $events; unreadable = $unreadable }
