# Begins a backup of one machine by Windows Server Backup, by a policy that is stored nowhere, behind a mark of ours on the volume.
param([string]$Id, [string]$Volume, [string]$Mark)
$machine = Get-VM -Id $Id
$offered = @(Get-WBVirtualMachine | Where-Object { [string]$_.VMName -eq [string]$machine.Name })
if ($offered.Count -ne 1) { throw "Windows Server Backup of this node offers $($offered.Count) machines named $($machine.Name)." }
$current = Get-WBJob
if ([string]$current.JobState -eq 'Running') { throw 'Windows Server Backup of this node is at work already.' }
$target = New-WBBackupTarget -VolumePath $Volume
if (@(Get-WBBackupSet -BackupTarget $target).Count -gt 0) { throw "$Volume holds backups already." }
$folder = Join-Path -Path ($Volume + '\') -ChildPath 'ha-acceptance'
if (-not (Test-Path -LiteralPath $folder)) { $null = New-Item -ItemType Directory -Path $folder }
$null = New-Item -ItemType File -Path (Join-Path -Path $folder -ChildPath $Mark)
$policy = New-WBPolicy
$null = Set-WBVssBackupOption -Policy $policy -VssCopyBackup
$null = Add-WBVirtualMachine -Policy $policy -VirtualMachine $offered
$null = Add-WBBackupTarget -Policy $policy -Target $target -Force
$null = Start-WBBackup -Policy $policy -Async -Force
[ordered]@{ asked = $true }
