# What the hypervisor wrote down about migrations on this node. Properties only: messages are translated.
param([string]$Since)
$start = [DateTime]::Parse($Since, [Globalization.CultureInfo]::InvariantCulture, [Globalization.DateTimeStyles]::RoundtripKind).ToLocalTime()
$events = @()
foreach ($filter in @{ LogName = 'Microsoft-Windows-Hyper-V-VMMS-Admin'; Id = 20415, 20417, 20418, 21024; StartTime = $start }, @{ LogName = 'Microsoft-Windows-Hyper-V-Worker-Admin'; Id = 22507, 22508, 22509; StartTime = $start }) {
  $events += @(Get-WinEvent -FilterHashtable $filter -ErrorAction SilentlyContinue | ForEach-Object {
    [pscustomobject]@{ id = [int]$_.Id; utc = $_.TimeCreated.ToUniversalTime().ToString('o'); record = [string]$_.RecordId; properties = @($_.Properties | ForEach-Object { [string]$_.Value }) }
  })
}
[ordered]@{ events = $events }
