# What the firmware of this machine says of it, and what that of its guests says of them.
param()
$product = @(Get-CimInstance -ClassName Win32_ComputerSystemProduct)
$guests = @(Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName Msvm_VirtualSystemSettingData -ErrorAction SilentlyContinue | Where-Object { [string]$_.VirtualSystemType -eq 'Microsoft:Hyper-V:System:Realized' } | ForEach-Object { [string]$_.BIOSGUID })
[ordered]@{ computer = [string]$env:COMPUTERNAME; uuid = [string]$product[0].UUID; serial = [string]$product[0].IdentifyingNumber; guests = $guests }
