# Removes one version of a backup from a volume, by its id.
param([string]$Volume, [string]$Version)
$target = New-WBBackupTarget -VolumePath $Volume
$found = @(Get-WBBackupSet -BackupTarget $target | Where-Object { [string]$_.VersionId -eq $Version })
if ($found.Count -eq 1) { $null = Remove-WBBackupSet -BackupSet $found -BackupTarget $target -Force }
[ordered]@{ found = $found.Count }
