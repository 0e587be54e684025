# The scratch machines of ours on this node: what they are connected to, what they say, and whether their folder is there.
param([string]$Folder, [string]$Exchange)
$machines = @(Get-VM | Where-Object { ([string]$_.Path).StartsWith($Folder, [StringComparison]::OrdinalIgnoreCase) } | ForEach-Object {
  $vm = $_
  $word = $null
  if ($Exchange -ne '') {
    $component = @(Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName Msvm_KvpExchangeComponent | Where-Object { [string]$_.SystemName -eq [string]$vm.Id })
    foreach ($item in @($component | ForEach-Object { $_.GuestExchangeItems })) {
      $document = [xml]$item
      if ([string]$document.SelectSingleNode("/INSTANCE/PROPERTY[@NAME='Name']/VALUE").InnerText -eq $Exchange) { $word = [string]$document.SelectSingleNode("/INSTANCE/PROPERTY[@NAME='Data']/VALUE").InnerText }
    }
  }
  [pscustomobject]@{
    id = [string]$vm.Id
    name = [string]$vm.Name
    state = [string]$vm.State
    heartbeat = [string]$vm.Heartbeat
    clustered = [bool]$vm.IsClustered
    adapters = @(Get-VMNetworkAdapter -VM $vm | ForEach-Object { [pscustomobject]@{ name = [string]$_.Name; switch = [string]$_.SwitchName } })
    disks = @(Get-VMHardDiskDrive -VM $vm | ForEach-Object { [string]$_.Path })
    word = $word
  }
})
$switches = @(Get-VMSwitch | Where-Object { [string]$_.SwitchType -eq 'Private' } | ForEach-Object { [string]$_.Name })
[ordered]@{ machines = $machines; privateSwitches = $switches; folder = [bool](Test-Path -LiteralPath $Folder) }
