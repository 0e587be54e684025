# Name, identity, settings and configuration of the cluster.
$c = Get-Cluster
$number = { param($Value) if ($null -eq $Value) { $null } else { [string][int64]$Value } }
$settings = [ordered]@{}
foreach ($key in 'SameSubnetDelay', 'SameSubnetThreshold', 'CrossSubnetDelay', 'CrossSubnetThreshold', 'RouteHistoryLength', 'ResiliencyLevel', 'ResiliencyDefaultPeriod', 'QuarantineThreshold', 'QuarantineDuration', 'DrainOnShutdown', 'S2DEnabled', 'DynamicQuorum', 'AutoBalancerMode', 'ClusterFunctionalLevel') {
  $settings[$key] = & $number $c.$key
}
$quorum = Get-ClusterQuorum
$witness = $null
if ($null -ne $quorum.QuorumResource) {
  $witness = [ordered]@{ name = [string]$quorum.QuorumResource.Name; type = [string]$quorum.QuorumResource.ResourceType; state = [string]$quorum.QuorumResource.State; weight = [int]$c.WitnessDynamicWeight }
}
$guests = @(Get-ClusterResource | Where-Object { [string]$_.ResourceType -eq 'Virtual Machine' } | ForEach-Object {
  $id = Get-ClusterParameter -InputObject $_ -Name VmID
  [pscustomobject]@{ group = [string]$_.OwnerGroup.Name; resource = [string]$_.Name; id = [string]$id.Value; state = [string]$_.State; restartAction = [int]$_.RestartAction }
})
$groups = @(Get-ClusterGroup | Where-Object { [string]$_.GroupType -eq 'VirtualMachine' } | ForEach-Object {
  [pscustomobject]@{ name = [string]$_.Name; priority = [int]$_.Priority; failback = [int]$_.AutoFailbackType; threshold = & $number $_.FailoverThreshold; resiliencyPeriod = & $number $_.ResiliencyPeriod; antiAffinity = [string]$_.AntiAffinityClassNames }
})
$networks = @(Get-ClusterNetwork | ForEach-Object { [pscustomobject]@{ name = [string]$_.Name; role = [string]$_.Role; state = [string]$_.State } })
# When the health service of Storage Spaces Direct retires a disk that is lost; without it there is no such service.
$health = @()
try {
  $health = @(Get-StorageSubSystem | Where-Object { $_.Model -eq 'Clustered Windows Storage' } | Get-StorageHealthSetting | Where-Object { [string]$_.Name -like 'System.Storage.PhysicalDisk.Auto*' } | ForEach-Object { [pscustomobject]@{ name = [string]$_.Name; value = [string]$_.Value } })
} catch {
  $health = @()
}
[ordered]@{
  name = [string]$c.Name
  id = [string]$c.Id
  settings = $settings
  quorum = [ordered]@{ type = [string]$quorum.QuorumType; witness = $witness }
  guests = $guests
  groups = $groups
  networks = $networks
  health = $health
}
