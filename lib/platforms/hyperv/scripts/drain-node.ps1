# Pauses a node and moves its roles away; does not wait for the end of it.
param([string]$Node)
$found = Get-ClusterNode -Name $Node
if ([string]$found.State -eq 'Up') { $null = Suspend-ClusterNode -Name $Node -Drain -Confirm:$false }
[ordered]@{ was = [string]$found.State }
