# Takes a guest's role offline, by the offline action of its resource, and does not wait for it.
param([string]$Group)
$null = Stop-ClusterGroup -Name $Group -Wait 0
[ordered]@{ asked = $true }
