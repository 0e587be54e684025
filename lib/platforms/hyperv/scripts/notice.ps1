# A small text in a file on the first cluster shared volume: read, written or removed, and read again.
param([string]$Action, [string]$File, [string]$Text)
$volumes = @(Get-ClusterSharedVolume | Sort-Object -Property Name)
if ($volumes.Count -eq 0) { throw 'The cluster has no shared volume.' }
$folder = [string]$volumes[0].SharedVolumeInfo[0].FriendlyVolumeName
$path = Join-Path -Path $folder -ChildPath $File
$utf8 = New-Object System.Text.UTF8Encoding($false)
if ($Action -eq 'write') { [IO.File]::WriteAllText($path, $Text, $utf8) }
if ($Action -eq 'clear' -and (Test-Path -LiteralPath $path)) { Remove-Item -LiteralPath $path -Force }
$found = $null
if (Test-Path -LiteralPath $path) { $found = [IO.File]::ReadAllText($path, $utf8) }
[ordered]@{ path = $path; text = $found }
