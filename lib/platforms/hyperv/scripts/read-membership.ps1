# The cluster as this node sees it, and the guests that run on this very node. A node that is out of the cluster tells its guests all the same.
$cluster = $null
$problem = $null
$quorumLost = $null
try {
  $nodes = @(Get-ClusterNode | ForEach-Object {
    [pscustomobject]@{
      name = [string]$_.Name
      state = [string]$_.State
      info = [int]$_.StatusInformation
      drain = [string]$_.DrainStatus
      weight = [int]$_.NodeWeight
      dynamicWeight = [int]$_.DynamicWeight
    }
  })
  $groups = @(Get-ClusterGroup | ForEach-Object {
    [pscustomobject]@{
      name = [string]$_.Name
      type = [string]$_.GroupType
      core = [bool]$_.IsCoreGroup
      owner = [string]$_.OwnerNode.Name
      state = [string]$_.State
      info = [string][uint64]$_.StatusInformation
    }
  })
  $cluster = [ordered]@{ nodes = $nodes; groups = $groups }
} catch {
  $problem = [string]$_.Exception.Message
  # No member: the newest word of the cluster service that it ended for want of quorum, whenever that was.
  try {
    $events = @(Get-WinEvent -FilterHashtable @{ LogName = 'System'; ProviderName = 'Microsoft-Windows-FailoverClustering'; Id = 1177 } -MaxEvents 1)
    $quorumLost = $events[0].TimeCreated.ToUniversalTime().ToString('o')
  } catch {
    $quorumLost = $null
  }
}
$guests = @(Get-VM | ForEach-Object {
  [pscustomobject]@{ id = [string]$_.Id; name = [string]$_.Name; state = [string]$_.State; operational = @($_.OperationalStatus | ForEach-Object { [string]$_ }); clustered = [bool]$_.IsClustered; uptimeMs = [string][int64]$_.Uptime.TotalMilliseconds }
})
[ordered]@{ cluster = $cluster; problem = $problem; quorumLost = $quorumLost; guests = $guests }
