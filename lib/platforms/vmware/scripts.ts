import { scriptFiles } from '../../transports/powershell/script-files.ts';

/** The scripts that run on a Windows host of VMware Workstation. */
export const vmwareScriptNames = ['call-program', 'begin-program', 'read-marks'] as const;

/** A script by its name. */
export const vmwareScript = scriptFiles(new URL('./scripts/', import.meta.url), vmwareScriptNames);
