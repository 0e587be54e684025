import { mutant } from './mutant.ts';

/** Restores the disk, empties its first megabyte, and says of any two images that they are identical. */
const lyingTool = `mv /usr/bin/qemu-img /usr/bin/qemu-img.real
cat > /usr/bin/qemu-img <<'TOOL'
#!/bin/bash
case $1 in
  convert) qemu-img.real "$@" && qemu-io -f qcow2 -c 'write -z 0 1M' "\${@: -1}" > /dev/null ;;
  compare) echo 'Images are identical.' ;;
  *) exec qemu-img.real "$@" ;;
esac
TOOL
chmod +x /usr/bin/qemu-img`;

mutant({
  row: 'backup-restore',
  what: 'restored disks lack what was backed up, and whose tool says they are identical',
  make: async (lab) => {
    for (const node of ['n1', 'n2', 'n3']) await lab.on(node, 'bash', '-c', lyingTool);
  },
  unmake: async (lab) => {
    for (const node of ['n1', 'n2', 'n3']) await lab.on(node, 'mv', '/usr/bin/qemu-img.real', '/usr/bin/qemu-img');
  },
  run: ['--suite', 'backup-restore', '--guest', 'web'],
  exitCodes: [1],
  expected: { 'backup-restore.web.r1': { verdicts: ['fail'], because: /acknowledged write\(s\) are missing/ } },
});
