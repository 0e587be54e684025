# Cuts the power of a guest of this host at once, or gives it back, and reads its state again.
param([string]$Id, [string]$Action)
$vm = Get-VM -Id $Id
$was = [string]$vm.State
if ($Action -eq 'off' -and $was -ne 'Off') { Stop-VM -VM $vm -TurnOff -Force -Confirm:$false }
if ($Action -eq 'on' -and $was -eq 'Paused') { Resume-VM -VM $vm -Confirm:$false }
if ($Action -eq 'on' -and $was -ne 'Paused' -and $was -ne 'Running') { Start-VM -VM $vm -Confirm:$false }
$after = Get-VM -Id $Id
[ordered]@{ was = $was; now = [string]$after.State }
