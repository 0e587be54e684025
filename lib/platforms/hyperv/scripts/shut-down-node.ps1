# A clean shutdown of this node, begun after a moment so that this answer arrives.
param([string]$Computer)
if ([string]$env:COMPUTERNAME -ne $Computer) { throw "This is $env:COMPUTERNAME and not $Computer." }
& shutdown.exe /s /t 2 /d p:0:0
if ($LASTEXITCODE -ne 0) { throw "shutdown.exe ended with status $LASTEXITCODE." }
[ordered]@{ asked = $true }
