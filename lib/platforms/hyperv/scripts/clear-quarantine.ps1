# Lets a node join again that the cluster keeps out for having failed too often. Run on that node.
param([string]$Node)
$found = Get-ClusterNode -Name $Node
$quarantined = ([int]$found.StatusInformation -band 2) -ne 0
if ($quarantined) { $null = Start-ClusterNode -Name $Node -ClearQuarantine }
[ordered]@{ was = $quarantined }
