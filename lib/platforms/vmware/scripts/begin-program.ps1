# Begins a program outside of this session, which takes everything that it began with it when it ends.
param([string]$Program, [object[]]$Words)
if (@(@($Program) + $Words | Where-Object { ([string]$_).Contains('"') }).Count -gt 0) { throw 'A word holds a quotation mark.' }
$line = @(@($Program) + $Words | ForEach-Object { '"' + [string]$_ + '"' }) -join ' '
$begun = Invoke-CimMethod -ClassName Win32_Process -MethodName Create -Arguments @{ CommandLine = $line }
[ordered]@{ status = [int]$begun.ReturnValue; said = @() }
