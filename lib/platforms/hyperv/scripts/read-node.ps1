# What this node is: version, clock zone, rights of the session, and whether the cluster service runs.
param([string]$Folder)
$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$principal = New-Object Security.Principal.WindowsPrincipal($identity)
$version = Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
$service = Get-Service -Name ClusSvc -ErrorAction SilentlyContinue
$free = $null
if ($Folder -ne '') {
  $root = $Folder
  while ($root -ne '' -and -not (Test-Path -LiteralPath $root)) { $root = [string](Split-Path -Path $root -Parent) }
  if ($root -ne '') {
    $volume = Get-Volume -FilePath $root
    $free = [string]$volume.SizeRemaining
  }
}
[ordered]@{
  computer = [string]$env:COMPUTERNAME
  product = [string]$version.ProductName
  build = [string]$version.CurrentBuildNumber + '.' + [string]$version.UBR
  powershell = [string]$PSVersionTable.PSVersion
  edition = [string]$PSVersionTable.PSEdition
  elevated = [bool]$principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
  clusterService = [string]$service.Status
  modules = @('FailoverClusters', 'Hyper-V', 'Storage' | Where-Object { $null -ne (Get-Module -ListAvailable -Name $_) })
  free = $free
}
