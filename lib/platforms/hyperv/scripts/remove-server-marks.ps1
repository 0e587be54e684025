# Removes marks of ours from a volume, then tells what is left.
param([string]$Volume, [string]$Prefix)
if ($Prefix.Length -lt 8) { throw 'The prefix is too short to tell ours from others.' }
$folder = Join-Path -Path ($Volume + '\') -ChildPath 'ha-acceptance'
$left = @()
if (Test-Path -LiteralPath $folder) {
  Get-ChildItem -LiteralPath $folder | Where-Object { $_.Name.StartsWith($Prefix) } | ForEach-Object { Remove-Item -LiteralPath $_.FullName -Force }
  $left = @(Get-ChildItem -LiteralPath $folder | Where-Object { $_.Name.StartsWith($Prefix) } | ForEach-Object { [string]$_.Name })
}
[ordered]@{ left = $left }
