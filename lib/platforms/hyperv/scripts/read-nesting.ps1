# What a machine of this host needs to be a host itself: virtualization, fixed memory, adapters that let addresses of its guests pass, no checkpoints.
param([string]$Guest)
$found = @(Get-VM | Where-Object { [string]$_.Name -eq $Guest -or [string]$_.Id -eq $Guest })
$machine = $null
if ($found.Count -eq 1) {
  $vm = $found[0]
  $processor = Get-VMProcessor -VM $vm
  $machine = [ordered]@{
    name = [string]$vm.Name
    clustered = [bool]$vm.IsClustered
    virtualization = [bool]$processor.ExposeVirtualizationExtensions
    dynamicMemory = [bool]$vm.DynamicMemoryEnabled
    checkpoints = @(Get-VMSnapshot -VM $vm).Count
    adapters = @(Get-VMNetworkAdapter -VM $vm | ForEach-Object { [pscustomobject]@{ name = [string]$_.Name; spoofing = [string]$_.MacAddressSpoofing } })
  }
}
[ordered]@{ found = $found.Count; machine = $machine }
