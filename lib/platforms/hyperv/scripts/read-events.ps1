# Events of this node that tell of a cluster's trouble, by provider and id.
param([string]$Since, [int]$Most)
$start = [DateTime]::Parse($Since, [Globalization.CultureInfo]::InvariantCulture, [Globalization.DateTimeStyles]::RoundtripKind).ToLocalTime()
$events = @()
$unreadable = @()
foreach ($source in @{ LogName = 'System'; ProviderName = 'Microsoft-Windows-FailoverClustering' }, @{ LogName = 'System'; ProviderName = 'disk' }, @{ LogName = 'System'; ProviderName = 'Microsoft-Windows-Kernel-Power'; Id = 41 }, @{ LogName = 'System'; ProviderName = 'Microsoft-Windows-WER-SystemErrorReporting' }, @{ LogName = 'System'; ProviderName = 'Microsoft-Windows-Resource-Exhaustion-Detector' }, @{ LogName = 'Microsoft-Windows-Hyper-V-VMMS-Admin' }) {
  $source['StartTime'] = $start
  try {
    $events += @(Get-WinEvent -FilterHashtable $source -MaxEvents $Most | ForEach-Object {
      [pscustomobject]@{ log = [string]$_.LogName; provider = [string]$_.ProviderName; id = [int]$_.Id; level = [int]$_.Level; utc = $_.TimeCreated.ToUniversalTime().ToString('o'); record = [string]$_.RecordId; properties = @($_.Properties | ForEach-Object { [string]$_.Value }); message = [string]$_.Message }
    })
  } catch {
    $id = [string]$_.FullyQualifiedErrorId
    if (-not ($id -like 'NoMatchingEventsFound*' -or $id -like 'NoMatchingProvidersFound*' -or $id -like 'NoMatchingLogsFound*')) { $unreadable += [pscustomobject]@{ log = [string]$source['LogName']; provider = [string]$source['ProviderName']; why = [string]$_.Exception.Message } }
  }
}
[ordered]@{ events = $events; unreadable = $unreadable }
