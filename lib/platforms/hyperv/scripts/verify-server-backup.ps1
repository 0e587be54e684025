# The images that backups of this node on a volume consist of, and whether each is intact.
param([string]$Volume)
$folder = Join-Path -Path ($Volume + '\') -ChildPath 'WindowsImageBackup'
$images = @()
if (Test-Path -LiteralPath $folder) {
  $images = @(Get-ChildItem -LiteralPath $folder -Recurse | Where-Object { $_.Extension -eq '.vhdx' -or $_.Extension -eq '.vhd' } | ForEach-Object {
    $image = $_
    $intact = $null
    try { $intact = [bool](Test-VHD -Path $image.FullName) } catch { $intact = $null }
    [pscustomobject]@{ name = [string]$image.Name; bytes = [string]$image.Length; intact = $intact }
  })
}
[ordered]@{ images = $images }
