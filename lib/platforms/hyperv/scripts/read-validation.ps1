# The newest report that Test-Cluster left on this node. No test is run.
param([int]$Most)
$folder = Join-Path -Path ([string]$env:windir) -ChildPath 'Cluster\Reports'
$report = $null
if (Test-Path -LiteralPath $folder) {
  $files = @(Get-ChildItem -LiteralPath $folder -Filter 'Validation Report*.htm*' | Sort-Object -Property LastWriteTimeUtc)
  if ($files.Count -gt 0) {
    $text = [IO.File]::ReadAllText($files[-1].FullName)
    $whole = $text.Length -le $Most
    if (-not $whole) { $text = $text.Substring(0, $Most) }
    $report = [ordered]@{ name = [string]$files[-1].Name; utc = $files[-1].LastWriteTimeUtc.ToString('o'); whole = $whole; text = $text }
  }
}
[ordered]@{ report = $report }
