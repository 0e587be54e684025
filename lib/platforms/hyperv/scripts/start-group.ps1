# Brings a guest's role online and does not wait for it.
param([string]$Group)
$null = Start-ClusterGroup -Name $Group -Wait 0
[ordered]@{ asked = $true }
