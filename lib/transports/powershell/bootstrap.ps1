$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$p = [Console]::In.ReadToEnd().Trim().Split(' ')
$u = [Text.Encoding]::UTF8
$h = [BitConverter]::ToString((New-Object Security.Cryptography.SHA256CryptoServiceProvider).ComputeHash($u.GetBytes([string]$p[3]))).Replace('-', '')
if ($p.Length -ne 4 -or [string]$p[3].Length -ne $p[1] -or $h -ne $p[2]) {
  [Console]::Out.Write('<<<' + $p[0] + ':damaged>>>')
  exit 97
}
$s = $p[3].Split('.') | ForEach-Object { $u.GetString([Convert]::FromBase64String($_)) }
& ([scriptblock]::Create($s[0])) $p[0] $s[1] $s[2]
