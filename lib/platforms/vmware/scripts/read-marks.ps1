# The lines of a machine's file that say which one it is.
param([string]$File)
$lines = @(Get-Content -LiteralPath $File | Where-Object { $_ -match '^\s*(uuid\.bios|displayName|vhv\.enable)\s*=' } | ForEach-Object { [string]$_ })
[ordered]@{ lines = $lines }
