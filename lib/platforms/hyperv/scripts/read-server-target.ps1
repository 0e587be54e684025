# What Windows Server Backup of this node has on a volume, what it does now and did last, and the marks of ours there. Nothing is begun.
param([string]$Volume, [string]$Prefix)
$moment = { param($Value) if ($null -eq $Value) { $null } else { $Value.ToUniversalTime().ToString('o') } }
$root = $Volume + '\'
$free = $null
$marks = @()
if (Test-Path -LiteralPath $root) {
  $free = [string](Get-Volume -FilePath $root).SizeRemaining
  $folder = Join-Path -Path $root -ChildPath 'ha-acceptance'
  if (Test-Path -LiteralPath $folder) {
    $marks = @(Get-ChildItem -LiteralPath $folder | Where-Object { $_.Name.StartsWith($Prefix) } | ForEach-Object { [pscustomobject]@{ name = [string]$_.Name; utc = & $moment $_.CreationTimeUtc } })
  }
}
$present = $null -ne (Get-Module -ListAvailable -Name WindowsServerBackup)
$running = $null
$last = $null
$versions = @()
if ($present) {
  $current = Get-WBJob
  if ([string]$current.JobState -eq 'Running') { $running = [ordered]@{ began = & $moment $current.StartTime; doing = [string]$current.CurrentOperation } }
  $jobs = @(Get-WBJob -Previous 1)
  if ($jobs.Count -gt 0 -and $null -ne $jobs[0].StartTime) {
    $last = [ordered]@{ state = [string]$jobs[0].JobState; hresult = [string]$jobs[0].HResult; detail = [string]$jobs[0].DetailedHResult; words = [string]$jobs[0].ErrorDescription; began = & $moment $jobs[0].StartTime }
  }
  if ($null -ne $free) {
    $versions = @(Get-WBBackupSet -BackupTarget (New-WBBackupTarget -VolumePath $Volume) | ForEach-Object {
      [pscustomobject]@{ id = [string]$_.VersionId; utc = & $moment $_.BackupTime; machines = @($_.Application | ForEach-Object { $_.Component } | Where-Object { $null -ne $_.VMName } | ForEach-Object { [string]$_.VMName }); volumes = @($_.Volume | Where-Object { $null -ne $_ }).Count }
    })
  }
}
[ordered]@{ present = $present; free = $free; marks = $marks; running = $running; last = $last; versions = $versions }
