# One guest of this node with its disks.
param([string]$Id)
$vm = Get-VM -Id $Id
$disks = @(Get-VMHardDiskDrive -VM $vm | ForEach-Object {
  $disk = Get-VHD -Path $_.Path
  [pscustomobject]@{ path = [string]$disk.Path; size = [string]$disk.Size; fileSize = [string]$disk.FileSize }
})
[ordered]@{ id = [string]$vm.Id; name = [string]$vm.Name; state = [string]$vm.State; operational = @($vm.OperationalStatus | ForEach-Object { [string]$_ }); version = [string]$vm.Version; heartbeat = [string]$vm.Heartbeat; disks = $disks }
