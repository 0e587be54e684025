# Ends and removes the scratch machines of ours that lie in a folder, and their switch. The folder goes when no node has a machine in it.
param([string]$Folder, [string]$Switch, [string]$Mark, [bool]$Files)
if ($Folder.Length -lt 24) { throw 'The folder is too short to tell ours from others.' }
foreach ($vm in @(Get-VM | Where-Object { ([string]$_.Path).StartsWith($Folder, [StringComparison]::OrdinalIgnoreCase) })) {
  if ([bool]$vm.IsClustered) { throw "$($vm.Name) is a role of the cluster and was not touched." }
  if ([string]$vm.State -ne 'Off') { Stop-VM -VM $vm -TurnOff -Force -Confirm:$false }
  Remove-VM -VM $vm -Force -Confirm:$false
}
foreach ($found in @(Get-VMSwitch | Where-Object { [string]$_.Name -eq $Switch -and [string]$_.SwitchType -eq 'Private' -and [string]$_.Notes -eq $Mark })) {
  Remove-VMSwitch -VMSwitch $found -Force -Confirm:$false
}
if ($Files -and (Test-Path -LiteralPath $Folder)) { Remove-Item -LiteralPath $Folder -Recurse -Force }
$machines = @(Get-VM | Where-Object { ([string]$_.Path).StartsWith($Folder, [StringComparison]::OrdinalIgnoreCase) } | ForEach-Object { [string]$_.Name })
$switches = @(Get-VMSwitch | Where-Object { [string]$_.Name -eq $Switch } | ForEach-Object { [string]$_.Name })
[ordered]@{ machines = $machines; switches = $switches; folder = [bool](Test-Path -LiteralPath $Folder) }
