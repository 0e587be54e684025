# Exports a running guest with a state of its disks that its own writers agreed to, into a folder of ours that must not exist yet.
param([string]$Id, [string]$Folder)
if (Test-Path -LiteralPath $Folder) { throw "$Folder exists already." }
$null = New-Item -ItemType Directory -Path $Folder
Get-VM -Id $Id | Export-VM -Path $Folder -CaptureLiveState CaptureDataConsistentState
[ordered]@{ exported = $true }
