import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { scriptNamed, scriptNames } from './scripts.ts';
import { vmwareScript, vmwareScriptNames } from '../vmware/scripts.ts';
import { undocumented } from './testing/cmdlets.ts';
import { parseScripts } from './testing/parse.ts';
import { unassigned, unknownMembers } from './testing/script-text.ts';

const folder = fileURLToPath(new URL('./scripts/', import.meta.url));
const vmwareFolder = fileURLToPath(new URL('../vmware/scripts/', import.meta.url));
/** Every script there is, wherever it lies: none has ever run here. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const files = globSync('**/*.ps1', { cwd: root }).map((file) => join(root, file)).toSorted();
const scratch = mkdtempSync(join(tmpdir(), 'scripts-test-'));

afterAll(() => rmSync(scratch, { recursive: true }));

test('every file is a script that has a name, and every name has a file', () => {
  expect(readdirSync(folder).map((file) => file.replace(/\.ps1$/, '')).toSorted()).toEqual([...scriptNames].toSorted());
  expect(readdirSync(vmwareFolder).map((file) => file.replace(/\.ps1$/, '')).toSorted()).toEqual([...vmwareScriptNames].toSorted());
  for (const { text } of [...scriptNames.map((name) => scriptNamed(name)), ...vmwareScriptNames.map((name) => vmwareScript(name))]) expect(text).toMatch(/^# .+\.\n/);
});

test('none is left out: those of both platforms, and those of the wire', () => {
  expect(files.length).toBe(scriptNames.length + vmwareScriptNames.length + 2);
});

describe('every script', () => {
  const parsed = new Map(parseScripts(files).map((script) => [script.file, script]));

  test.each(files.map((file) => [file.split('/').at(-1) ?? '', file]))('%s is of Windows PowerShell 5.1 and of documented cmdlets', (_name, file) => {
    const script = parsed.get(file);
    expect(script).toMatchObject({ broken: false, newer: [] });
    expect(script?.commands.length).toBeGreaterThan(0);
    expect(undocumented(script ?? { commands: [], tables: {} })).toEqual([]);
  });

  test.each(files.map((file) => [file.split('/').at(-1) ?? '', file]))('%s reads no variable that it does not set, and calls nothing that .NET Framework does not have', (_name, file) => {
    const text = readFileSync(file, 'utf8');
    expect([unassigned(text), unknownMembers(text)]).toEqual([[], []]);
  });

  test.each(files.map((file) => [file.split('/').at(-1) ?? '', file]))('%s is ASCII, asks no other machine, and makes no text into a program', (name, file) => {
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^[\x20-\x7e\n]+$/);
    expect(text).not.toMatch(/\s-(?:ComputerName|CimSession|Cluster)\b|Invoke-Expression|Invoke-Command|Reset-PhysicalDisk/i);
    // A block that gives no output is no $null: 5.1 writes {} for it.
    expect(text).not.toMatch(/= \{ param\([^)]*\) if \([^{]*\) \{[^}]*\} \}/);
    if (name !== 'bootstrap.ps1' && name !== 'envelope.ps1') expect(text).not.toMatch(/\[scriptblock\]::Create|AddScript/i);
  });
});

/** What the check must find: a fault in each. */
const wrong: readonly [string, string, RegExp][] = [
  ['a parameter of PowerShell 7', 'Get-VM | ForEach-Object -Parallel { $_ }', /no parameter Parallel/],
  ['a misspelt parameter', 'Move-ClusterVirtualMachineRole -Name $n -MigrateType Live', /no parameter MigrateType/],
  ['a value that is not accepted', 'Move-ClusterVirtualMachineRole -Name $n -MigrationType LiveMigration', /does not take "LiveMigration"/],
  ['a quoted value that is not accepted', "Resume-ClusterNode -Name $n -Failback 'Never'", /does not take "Never"/],
  ['a misspelt parameter in a table', "$more = @{ Name = $n; MigrateType = 'Live' }\nMove-ClusterVirtualMachineRole @more", /no parameter MigrateType/],
  ['a misspelt key that is put into a table', "$more = @{}\nif ($n) { $more['MaximumIopses'] = 5 }\nAdd-VMHardDiskDrive -VM $vm @More", /no parameter MaximumIopses/],
  ['a value in a table that is not accepted', "$more = @{ MigrationType = 'LiveMigration' }\nMove-ClusterVirtualMachineRole -Name $n @more", /does not take "LiveMigration"/],
  ['a table whose keys nobody can tell', 'Get-VM @given', /@given, whose keys cannot be told/],
  ['a table with a key that is worked out', '$more = @{}\n$more[$key] = 5\nGet-VM @more', /@more, whose keys cannot be told/],
  ['a table that is filled by a call', "$more = @{}\n$more.Add($key, 5)\nGet-VM @more", /@more, whose keys cannot be told/],
  ['a cmdlet that does not exist', 'Get-ClusterVirtualMachine', /nothing is known of Get-ClusterVirtualMachine/],
];

/** Writes texts into files. */
function written(texts: readonly string[], prefix: string): string[] {
  return texts.map((text, index) => {
    const file = join(scratch, `${prefix}-${index}.ps1`);
    writeFileSync(file, text);
    return file;
  });
}

describe('the check', () => {
  const parsed = parseScripts(written(wrong.map(([, text]) => text), 'wrong'));

  test.each(wrong.map(([what, , words], index) => [what, index, words] as const))('finds %s', (_what, index, words) => {
    expect(undocumented(parsed[index] ?? { commands: [], tables: {} }).join('\n')).toMatch(words);
  });
});

test('the check has nothing against a table of parameters that the cmdlet has', () => {
  const [script] = parseScripts(written(["$more = [ordered]@{ MigrationType = 'Live' }\n$more['Node'] = $n\n$more.Wait = 0\nMove-ClusterVirtualMachineRole -Name $n @more"], 'right'));
  expect([script?.commands.map(({ splatted }) => splatted), undocumented(script ?? { commands: [], tables: {} })]).toEqual([[['more']], []]);
});

test('the check finds syntax of PowerShell 7', () => {
  const texts = ['$a = $b ?? 3', '$a = $b ? 1 : 2', 'Get-VM && Get-VM', 'Get-VM || Get-VM', '$a ??= 1', '${a}?.b', '${a}?[0]'];
  for (const [index, { broken, newer }] of parseScripts(written(texts, 'newer')).entries()) expect([texts[index], broken || newer.length > 0]).toEqual([texts[index], true]);
});

test.each<[string, string, readonly string[]]>([
  ['a variable that is misspelt', '$found = 1\n[ordered]@{ found = $fuond }', ['fuond']],
  ['one in a string that is filled in', '$found = 1\nthrow "there are $($fonud.Count)"', ['fonud']],
  ['no parameter, loop variable, environment or literal', "param([string]$Id)\nforeach ($one in $Id) { $total += $one }\n'$literal' # $comment\n[string]$env:COMPUTERNAME", []],
])('the check finds %s', (_what, text, expected) => {
  expect(unassigned(text)).toEqual(expected);
});

test('the check finds what only newer .NET has, and no text', () => {
  expect(unknownMembers('[Math]::Clamp(1, 2, 3); [System.Guid]::NewGuid(); [io.file]::move($a, $b, $true)')).toEqual(['[Math]::Clamp', '[io.file]::move']);
  expect(unknownMembers("'[Math]::Clamp'")).toEqual([]);
});
