# Imports an export of ours as a machine of its own into a folder of ours, on a private switch, and does not start it.
param([string]$Export, [string]$Folder, [string]$Name, [string]$Switch, [string]$Mark)
if (Test-Path -LiteralPath $Folder) { throw "$Folder exists already." }
$configurations = @(Get-ChildItem -LiteralPath $Export -Recurse -Filter *.vmcx)
if ($configurations.Count -ne 1) { throw "$Export has $($configurations.Count) configurations; one was expected." }
$null = New-Item -ItemType Directory -Path $Folder
$switches = @(Get-VMSwitch | Where-Object { [string]$_.Name -eq $Switch })
if ($switches.Count -eq 0) { $switches = @(New-VMSwitch -Name $Switch -SwitchType Private -Notes $Mark) }
if ($switches.Count -ne 1 -or [string]$switches[0].SwitchType -ne 'Private') { throw "There is a switch $Switch that is not private." }
$vm = Import-VM -Path $configurations[0].FullName -Copy -GenerateNewId -VirtualMachinePath $Folder -SnapshotFilePath $Folder -SmartPagingFilePath $Folder -VhdDestinationPath $Folder
Set-VM -VM $vm -Notes $Mark -AutomaticStartAction Nothing -NewVMName $Name
Get-VMNetworkAdapter -VM $vm | ForEach-Object { Connect-VMNetworkAdapter -VMNetworkAdapter $_ -SwitchName $Switch }
[ordered]@{ id = [string]$vm.Id }
