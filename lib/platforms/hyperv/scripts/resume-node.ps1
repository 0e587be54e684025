# Takes a paused node back into service. Nothing is moved back to it: that would be another migration.
param([string]$Node)
$found = Get-ClusterNode -Name $Node
if ([string]$found.State -eq 'Paused') { $null = Resume-ClusterNode -Name $Node -Failback NoFailback }
[ordered]@{ was = [string]$found.State }
