# A small text in a file on the first cluster shared volume: created where there is none, replaced or removed where it is as expected, and read.
param([string]$Action, [string]$File, [string]$Expected, [string]$Text)
$volumes = @(Get-ClusterSharedVolume | Sort-Object -Property Name)
if ($volumes.Count -eq 0) { throw 'The cluster has no shared volume.' }
$folder = [string]$volumes[0].SharedVolumeInfo[0].FriendlyVolumeName
$path = Join-Path -Path $folder -ChildPath $File
$utf8 = New-Object System.Text.UTF8Encoding($false)
$bytes = $utf8.GetBytes($Text)
$found = $null
# Whoever has the file open has it alone, for a moment: of several at the same time one is served, on whatever node it is.
$patience = [Diagnostics.Stopwatch]::StartNew()
while ($true) {
  try {
    if ($Action -eq 'create') {
      $stream = [IO.File]::Open($path, [IO.FileMode]::CreateNew, [IO.FileAccess]::Write, [IO.FileShare]::None)
      try {
        $stream.Write($bytes, 0, $bytes.Length)
        $stream.Flush($true)
      } finally { $stream.Dispose() }
    }
    if ($Action -eq 'replace' -or $Action -eq 'remove') {
      # What is compared is what is changed: nobody else can open it meanwhile.
      $stream = [IO.File]::Open($path, [IO.FileMode]::Open, [IO.FileAccess]::ReadWrite, [IO.FileShare]::Delete)
      try {
        $old = New-Object byte[] ([int]$stream.Length)
        $length = $stream.Read($old, 0, $old.Length)
        if ([string]::Equals($utf8.GetString($old, 0, $length), $Expected)) {
          if ($Action -eq 'remove') { [IO.File]::Delete($path) }
          else {
            $stream.Position = 0
            $stream.Write($bytes, 0, $bytes.Length)
            $stream.SetLength($bytes.Length)
            $stream.Flush($true)
          }
        }
      } finally { $stream.Dispose() }
    }
    break
  } catch [System.IO.IOException] {
    $there = Test-Path -LiteralPath $path
    if ($Action -eq 'create' -and $there) { break }
    if ($Action -ne 'create' -and -not $there) { break }
    if ($patience.ElapsedMilliseconds -gt 5000) { throw }
    Start-Sleep -Milliseconds 100
  }
}
while (Test-Path -LiteralPath $path) {
  try {
    $found = [IO.File]::ReadAllText($path, $utf8)
    break
  } catch [System.IO.IOException] {
    if ($patience.ElapsedMilliseconds -gt 10000) { throw }
    Start-Sleep -Milliseconds 100
  }
}
[ordered]@{ path = $path; text = $found }
