# A machine that is a guest of this host: state, marks of its firmware, and disks with their slots.
param([string]$Guest)
$found = @(Get-VM | Where-Object { [string]$_.Name -eq $Guest -or [string]$_.Id -eq $Guest })
$machine = $null
if ($found.Count -eq 1) {
  $vm = $found[0]
  $settings = @(Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName Msvm_VirtualSystemSettingData | Where-Object { [string]$_.VirtualSystemIdentifier -eq [string]$vm.Id -and [string]$_.VirtualSystemType -eq 'Microsoft:Hyper-V:System:Realized' })
  $boot = $null
  if ([int]$vm.Generation -eq 2) {
    $entries = @((Get-VMFirmware -VM $vm).BootOrder | Where-Object { [string]$_.BootType -eq 'Drive' -and [string]$_.Device.Path -match '\.(a?vhdx?|vhds)$' })
    if ($entries.Count -gt 0) { $boot = [string]$entries[0].Device.Path }
  }
  $disks = @(Get-VMHardDiskDrive -VM $vm | ForEach-Object {
    [pscustomobject]@{ type = [string]$_.ControllerType; number = [int]$_.ControllerNumber; location = [int]$_.ControllerLocation; path = [string]$_.Path; maximumIops = [string]$_.MaximumIOPS; minimumIops = [string]$_.MinimumIOPS; persistent = [bool]$_.SupportPersistentReservations }
  })
  $machine = [ordered]@{
    id = [string]$vm.Id
    name = [string]$vm.Name
    state = [string]$vm.State
    clustered = [bool]$vm.IsClustered
    biosGuid = [string](@($settings | ForEach-Object { [string]$_.BIOSGUID }) -join ',')
    serials = @($settings | ForEach-Object { [string]$_.BIOSSerialNumber })
    boot = $boot
    disks = $disks
  }
}
[ordered]@{ found = $found.Count; machine = $machine }
