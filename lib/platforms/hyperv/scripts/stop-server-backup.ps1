# Stops the job of Windows Server Backup that runs on this node and began at this moment; no other.
param([string]$Began)
$moment = [DateTime]::Parse($Began, [Globalization.CultureInfo]::InvariantCulture, [Globalization.DateTimeStyles]::RoundtripKind).ToUniversalTime()
$current = Get-WBJob
$stopped = $false
if ([string]$current.JobState -eq 'Running' -and [Math]::Abs(($current.StartTime.ToUniversalTime() - $moment).TotalSeconds) -lt 1) {
  $null = Stop-WBJob -Force
  $stopped = $true
}
[ordered]@{ stopped = $stopped }
