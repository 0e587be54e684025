# The cluster log of this node for the last minutes, made anew in a folder of ours, which is removed again. Its end, when it is long.
param([int]$Minutes, [int]$Most)
$folder = Join-Path -Path ([IO.Path]::GetTempPath()) -ChildPath ('ha-acceptance-log-' + [Guid]::NewGuid().ToString('N'))
$null = New-Item -ItemType Directory -Path $folder
try {
  $null = Get-ClusterLog -Node $env:COMPUTERNAME -Destination $folder -TimeSpan $Minutes
  $files = @(Get-ChildItem -LiteralPath $folder -Recurse -Filter *.log)
  $text = ''
  foreach ($file in $files) { $text += [IO.File]::ReadAllText($file.FullName) }
} finally {
  Remove-Item -LiteralPath $folder -Recurse -Force
}
$length = $text.Length
if ($length -gt $Most) { $text = $text.Substring($length - $Most) }
[ordered]@{ files = $files.Count; length = $length; text = $text }
