# Takes a physical disk back into use that its pool retired: what it holds stays as it is.
param([string]$Id, [string]$Usage)
$disks = @(Get-PhysicalDisk -UniqueId $Id)
if ($disks.Count -ne 1) { throw "$($disks.Count) physical disks are $Id; one was expected." }
$was = [int]$disks[0].CimInstanceProperties['Usage'].Value
if ($was -eq 4) { Set-PhysicalDisk -UniqueId $Id -Usage $Usage -Confirm:$false }
[ordered]@{ was = $was }
