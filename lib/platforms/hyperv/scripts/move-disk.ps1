# Takes a virtual disk from a guest of this host while it runs, or puts it back into the slot that it was taken from.
param([string]$Id, [string]$Action, [string]$Path, [int]$Number, [int]$Location, [string]$MaximumIops, [string]$MinimumIops, [bool]$Persistent)
$vm = Get-VM -Id $Id
$drives = @(Get-VMHardDiskDrive -VM $vm | Where-Object { [string]$_.Path -eq $Path })
if ($Action -eq 'remove') {
  if ($drives.Count -ne 1) { throw "$($drives.Count) drives of $($vm.Name) are $Path; one was expected." }
  if ([string]$drives[0].ControllerType -ne 'SCSI') { throw "$Path is at a controller of type $([string]$drives[0].ControllerType), from which nothing is taken while the machine runs." }
  Remove-VMHardDiskDrive -VMHardDiskDrive $drives[0] -Confirm:$false
}
if ($Action -eq 'insert' -and $drives.Count -eq 0) {
  $more = @{}
  if ($Number -ge 0) { $more['ControllerNumber'] = $Number }
  if ($Location -ge 0) { $more['ControllerLocation'] = $Location }
  if ($MaximumIops -ne '' -and $MaximumIops -ne '0') { $more['MaximumIOPS'] = [uint64]$MaximumIops }
  if ($MinimumIops -ne '' -and $MinimumIops -ne '0') { $more['MinimumIOPS'] = [uint64]$MinimumIops }
  if ($Persistent) { $more['SupportPersistentReservations'] = $true }
  Add-VMHardDiskDrive -VM $vm -ControllerType SCSI -Path $Path -Confirm:$false @more
}
[ordered]@{ left = @(Get-VMHardDiskDrive -VM $vm | Where-Object { [string]$_.Path -eq $Path }).Count }
