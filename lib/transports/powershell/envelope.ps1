param([string]$Nonce, [string]$Body, [string]$Settings)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
$VerbosePreference = 'SilentlyContinue'
$ConfirmPreference = 'None'
Remove-TypeData -TypeName System.Array -ErrorAction SilentlyContinue
$utf8 = New-Object System.Text.UTF8Encoding($false)
$answer = [ordered]@{ v = 1; ok = $false; host = [string]$env:COMPUTERNAME; utc = [DateTime]::UtcNow.ToString('o'); data = $null; error = $null }
try {
  $given = ConvertFrom-Json -InputObject $Settings
  $watchdog = [PowerShell]::Create()
  $null = $watchdog.AddScript('param([int]$Milliseconds) Start-Sleep -Milliseconds $Milliseconds; [Environment]::Exit(96)').AddArgument([int]$given.deadlineMs)
  $null = $watchdog.BeginInvoke()
  $parameters = @{}
  foreach ($property in $given.parameters.PSObject.Properties) { $parameters[$property.Name] = $property.Value }
  $answer.data = & ([scriptblock]::Create($Body)) @parameters 3> $null
  $answer.ok = $true
} catch {
  $exception = $_.Exception
  $answer.error = [ordered]@{
    type = [string]$exception.GetType().FullName
    hresult = ('0x{0:X8}' -f $exception.HResult)
    id = [string]$_.FullyQualifiedErrorId
    category = [string]$_.CategoryInfo.Category
    message = [string]$exception.Message
    line = [int]$_.InvocationInfo.ScriptLineNumber
  }
}
$text = [Convert]::ToBase64String($utf8.GetBytes((ConvertTo-Json -InputObject $answer -Depth 10 -Compress)))
[Console]::Out.Write('<<<' + $Nonce + ':' + $text.Length + ':' + $text + '>>>')
[Console]::Out.Flush()
if ($answer.ok) { exit 0 } else { exit 3 }
