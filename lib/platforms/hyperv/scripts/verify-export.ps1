# What an export consists of, and whether Hyper-V of this node would import a copy of it.
param([string]$Folder)
$configurations = @(Get-ChildItem -LiteralPath $Folder -Recurse -Filter *.vmcx)
$disks = @(Get-ChildItem -LiteralPath $Folder -Recurse | Where-Object { $_.Extension -eq '.vhdx' -or $_.Extension -eq '.avhdx' } | ForEach-Object {
  $disk = $_
  $intact = $null
  try { $intact = [bool](Test-VHD -Path $disk.FullName) } catch { $intact = $false }
  [pscustomobject]@{ name = [string]$disk.Name; bytes = [string]$disk.Length; intact = $intact }
})
$incompatibilities = @()
if ($configurations.Count -eq 1) {
  $report = Compare-VM -Path $configurations[0].FullName -Copy -GenerateNewId -VirtualMachinePath $Folder -VhdDestinationPath $Folder
  $incompatibilities = @($report.Incompatibilities | ForEach-Object { [pscustomobject]@{ id = [int]$_.MessageId; message = [string]$_.Message } })
}
[ordered]@{ configurations = $configurations.Count; disks = $disks; incompatibilities = $incompatibilities }
