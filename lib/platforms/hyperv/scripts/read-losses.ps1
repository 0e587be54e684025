# What this node wrote down within the last minutes: the nodes that it saw leave the cluster without a word, and its own ends for want of quorum.
param([int]$Minutes)
$start = (Get-Date).AddMinutes(-$Minutes)
$events = @()
try {
  $events = @(Get-WinEvent -FilterHashtable @{ LogName = 'System'; ProviderName = 'Microsoft-Windows-FailoverClustering'; Id = 1135, 1177; StartTime = $start })
} catch {
  if (-not ([string]$_.FullyQualifiedErrorId -like 'NoMatchingEventsFound*')) { throw }
}
$losses = @($events | Where-Object { $_.Id -eq 1135 } | ForEach-Object {
  [pscustomobject]@{ node = [string]$_.Properties[0].Value; utc = $_.TimeCreated.ToUniversalTime().ToString('o') }
})
$quorumLost = @($events | Where-Object { $_.Id -eq 1177 } | ForEach-Object { $_.TimeCreated.ToUniversalTime().ToString('o') })
[ordered]@{ losses = $losses; quorumLost = $quorumLost }
