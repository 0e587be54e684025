# Asks for a live migration and does not wait for it: what became of it is read from the state.
param([string]$Group, [string]$Target)
$null = Move-ClusterVirtualMachineRole -Name $Group -Node $Target -MigrationType Live -Wait 0
[ordered]@{ asked = $true }
