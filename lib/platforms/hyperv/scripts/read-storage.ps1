# Storage Spaces Direct as numbers where Windows has numbers: words are translated, and unknown codes must stay recognizable.
$raw = { param($Object, $Property) $Object.CimInstanceProperties[$Property].Value }
$subsystems = @(Get-StorageSubSystem | Where-Object { $_.Model -eq 'Clustered Windows Storage' })
$pools = @(Get-StoragePool -IsPrimordial $false | ForEach-Object {
  [pscustomobject]@{
    name = [string]$_.FriendlyName
    health = [int](& $raw $_ 'HealthStatus')
    op = @(& $raw $_ 'OperationalStatus' | ForEach-Object { [int]$_ })
    size = [string]$_.Size
    allocated = [string]$_.AllocatedSize
    readOnly = [bool]$_.IsReadOnly
    retireMissing = [string]$_.RetireMissingPhysicalDisks
  }
})
$number = { param($Value) if ($null -eq $Value) { $null } else { [int]$Value } }
$virtualDisks = @(Get-VirtualDisk | ForEach-Object {
  $tiers = @(Get-StorageTier -VirtualDisk $_ -ErrorAction SilentlyContinue)
  [pscustomobject]@{
    name = [string]$_.FriendlyName
    id = [string]$_.UniqueId
    health = [int](& $raw $_ 'HealthStatus')
    op = @(& $raw $_ 'OperationalStatus' | ForEach-Object { [int]$_ })
    detached = [int](& $raw $_ 'DetachedReason')
    copies = [int]$_.NumberOfDataCopies
    resiliency = [string]$_.ResiliencySettingName
    survives = & $number $_.PhysicalDiskRedundancy
    domain = & $number (& $raw $_ 'FaultDomainAwareness')
    tiers = @($tiers | ForEach-Object { [pscustomobject]@{ resiliency = [string]$_.ResiliencySettingName; survives = & $number $_.PhysicalDiskRedundancy; domain = & $number (& $raw $_ 'FaultDomainAwareness') } })
    size = [string]$_.Size
  }
})
$physicalDisks = @(Get-StoragePool -IsPrimordial $false | Get-PhysicalDisk | ForEach-Object {
  $node = $_ | Get-StorageNode -PhysicallyConnected
  [pscustomobject]@{
    id = [string]$_.UniqueId
    serial = [string]$_.SerialNumber
    name = [string]$_.FriendlyName
    node = [string](@($node | ForEach-Object { [string]$_.Name }) -join ',')
    health = [int](& $raw $_ 'HealthStatus')
    op = @(& $raw $_ 'OperationalStatus' | ForEach-Object { [int]$_ })
    usage = [int](& $raw $_ 'Usage')
    size = [string]$_.Size
  }
})
$jobs = @(Get-StorageJob | ForEach-Object {
  [pscustomobject]@{ id = [string]$_.UniqueId; name = [string]$_.Name; state = [int](& $raw $_ 'JobState'); percent = [int]$_.PercentComplete; total = [string]$_.BytesTotal; done = [string]$_.BytesProcessed }
})
$volumes = @(Get-ClusterSharedVolumeState | ForEach-Object {
  [pscustomobject]@{ name = [string]$_.Name; node = [string]$_.Node; state = [string]$_.StateInfo; fileSystemReason = [string]$_.FileSystemRedirectedIOReason; blockReason = [string]$_.BlockRedirectedIOReason }
})
$faults = @($subsystems | ForEach-Object { Debug-StorageSubSystem -InputObject $_ } | ForEach-Object {
  [pscustomobject]@{ id = [string]$_.FaultId; type = [string]$_.FaultType; severity = [int](& $raw $_ 'PerceivedSeverity'); object = [string]$_.FaultingObjectDescription; reason = [string]$_.Reason }
})
[ordered]@{ subsystems = $subsystems.Count; pools = $pools; virtualDisks = $virtualDisks; physicalDisks = $physicalDisks; jobs = $jobs; volumes = $volumes; faults = $faults }
