# Starts and ends of a virtual machine that this node itself wrote down, by id. Properties only: messages are translated.
param([string]$Id, [string]$Since)
$start = [DateTime]::Parse($Since, [Globalization.CultureInfo]::InvariantCulture, [Globalization.DateTimeStyles]::RoundtripKind).ToLocalTime()
$events = @()
try {
  $events = @(Get-WinEvent -FilterHashtable @{ LogName = 'Microsoft-Windows-Hyper-V-Worker-Admin'; Id = 18500, 18502, 18504; StartTime = $start } | Where-Object { @($_.Properties | ForEach-Object { ([string]$_.Value).Trim('{', '}') }) -contains $Id } | ForEach-Object {
    [pscustomobject]@{ id = [int]$_.Id; utc = $_.TimeCreated.ToUniversalTime().ToString('o'); record = [string]$_.RecordId }
  })
} catch {
  if (-not ([string]$_.FullyQualifiedErrorId -like 'NoMatchingEventsFound*')) { throw }
}
[ordered]@{ events = $events }
