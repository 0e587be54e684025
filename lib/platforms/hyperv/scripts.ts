import { scriptFiles } from '../../transports/powershell/script-files.ts';

/** The scripts that run on Windows hosts; those that change something say in their first line what. */
export const scriptNames = [
  'read-membership', 'read-cluster', 'read-storage', 'read-node', 'read-guest', 'read-migration-events', 'read-instance-events', 'read-events', 'read-losses', 'read-cluster-log', 'read-validation', 'read-server-backup',
  'move-live', 'start-group', 'stop-group', 'drain-node', 'resume-node', 'clear-quarantine', 'shut-down-node', 'notice',
  'export-guest', 'verify-export', 'remove-exports',
  'read-server-target', 'begin-server-backup', 'verify-server-backup', 'stop-server-backup', 'remove-server-backup', 'remove-server-marks',
  'import-scratch', 'read-scratch', 'compare-disks', 'remove-scratch',
  'read-machine', 'switch-machine', 'move-disk', 'read-own-machine', 'find-disk', 'read-nesting', 'readmit-disk',
] as const;
export type ScriptName = (typeof scriptNames)[number];

/** A script by its name. */
export const scriptNamed = scriptFiles(new URL('./scripts/', import.meta.url), scriptNames);
