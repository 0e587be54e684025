# Removes what exports of ours left in a folder, then tells what is left.
param([string]$Folder, [string]$Prefix)
if ($Prefix.Length -lt 8) { throw 'The prefix is too short to tell ours from others.' }
if (Test-Path -LiteralPath $Folder) {
  Get-ChildItem -LiteralPath $Folder -Directory | Where-Object { $_.Name.StartsWith($Prefix) } | ForEach-Object { Remove-Item -LiteralPath $_.FullName -Recurse -Force }
}
$left = @()
if (Test-Path -LiteralPath $Folder) { $left = @(Get-ChildItem -LiteralPath $Folder -Directory | Where-Object { $_.Name.StartsWith($Prefix) } | ForEach-Object { [string]$_.Name }) }
[ordered]@{ left = $left }
