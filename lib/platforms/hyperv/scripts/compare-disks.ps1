# Compares the disks of an import with those of the export that it came from, whole, by their digests.
param([string]$Export, [string]$Folder)
$of = { param($Place) @(Get-ChildItem -LiteralPath $Place -Recurse | Where-Object { $_.Extension -eq '.vhdx' -or $_.Extension -eq '.vhd' -or $_.Extension -eq '.avhdx' }) }
$digests = { param($Files) @($Files | ForEach-Object { [pscustomobject]@{ name = [string]$_.Name; bytes = [string]$_.Length; digest = [string](Get-FileHash -LiteralPath $_.FullName -Algorithm SHA256).Hash } }) }
[ordered]@{ exported = @(& $digests (& $of $Export)); imported = @(& $digests (& $of $Folder)) }
