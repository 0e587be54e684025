# Nodes that this member saw leave the cluster without a word within the last hour, one entry a loss.
param([int]$Minutes)
$start = (Get-Date).AddMinutes(-$Minutes)
$losses = @()
try {
  $losses = @(Get-WinEvent -FilterHashtable @{ LogName = 'System'; ProviderName = 'Microsoft-Windows-FailoverClustering'; Id = 1135; StartTime = $start } | ForEach-Object {
    [pscustomobject]@{ node = [string]$_.Properties[0].Value; utc = $_.TimeCreated.ToUniversalTime().ToString('o') }
  })
} catch {
  if (-not ([string]$_.FullyQualifiedErrorId -like 'NoMatchingEventsFound*')) { throw }
}
[ordered]@{ losses = $losses }
