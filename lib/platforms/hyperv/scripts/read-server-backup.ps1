# What Windows Server Backup of this node did last, where it is installed. Nothing is begun.
param()
$last = $null
$present = $null -ne (Get-Module -ListAvailable -Name WindowsServerBackup)
if ($present) {
  $summary = Get-WBSummary
  $jobs = @(Get-WBJob -Previous 1)
  $moment = { param($Value) if ($null -eq $Value) { $null } else { $Value.ToUniversalTime().ToString('o') } }
  $last = [ordered]@{
    result = [string]$summary.LastBackupResultHR
    detail = [string]$summary.LastBackupResultDetailedHR
    succeeded = & $moment $summary.LastSuccessfulBackupTime
    versions = [string]$summary.NumberOfVersions
    jobs = @($jobs | ForEach-Object { [pscustomobject]@{ state = [string]$_.JobState; hresult = [string]$_.HResult; began = & $moment $_.StartTime; ended = & $moment $_.EndTime } })
  }
}
[ordered]@{ present = $present; last = $last }
