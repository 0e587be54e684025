# Runs a program of VMware Workstation with words that travel as data, and tells what it said.
param([string]$Program, [object[]]$Words)
$ErrorActionPreference = 'Continue'
$said = @(& $Program @Words 2>&1 | ForEach-Object { [string]$_ })
[ordered]@{ status = [int]$LASTEXITCODE; said = $said }
