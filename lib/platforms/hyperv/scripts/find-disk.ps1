# Whether this node sees a disk by its serial number. One whose communication is lost is not seen.
param([string]$Serial)
$disks = @(Get-PhysicalDisk | Where-Object { ([string]$_.SerialNumber).Trim() -eq $Serial } | ForEach-Object {
  [pscustomobject]@{ op = @($_.CimInstanceProperties['OperationalStatus'].Value | ForEach-Object { [int]$_ }) }
})
[ordered]@{ disks = $disks }
