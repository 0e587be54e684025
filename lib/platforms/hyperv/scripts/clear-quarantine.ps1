# Lets this node join again that the cluster keeps out for having failed too often. Its cluster service is stopped, so nothing is asked first.
param([string]$Computer)
if ([string]$env:COMPUTERNAME -ne $Computer) { throw "This is $env:COMPUTERNAME and not $Computer." }
$null = Start-ClusterNode -ClearQuarantine
[ordered]@{ asked = $true }
