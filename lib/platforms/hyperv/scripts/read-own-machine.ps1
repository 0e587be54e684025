# What the firmware of this machine says of it.
param()
$product = @(Get-CimInstance -ClassName Win32_ComputerSystemProduct)
[ordered]@{ computer = [string]$env:COMPUTERNAME; uuid = [string]$product[0].UUID; serial = [string]$product[0].IdentifyingNumber }
