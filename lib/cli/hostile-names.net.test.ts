import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, describe, test } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import { startStandIn } from './stand-in/stand-in.ts';

const hostile = '"; rm -rf / #<script>';

const missing = noNetworkReason();
if (missing !== null) console.warn(`hostile-names.net.test.ts runs nothing here: ${missing}`);

describe.skipIf(missing !== null)(`a guest named ${hostile}`, () => {
  test('goes through a whole run: probes, record, commands, reports', { timeout: 400_000 }, async () => {
    const standIn = await startStandIn({ guestNames: [hostile, '../../web'] });
    try {
      const { out, code } = await standIn.cli(standIn.run('cluster-health', 'disk-removal'));
      const run = standIn.runs().at(-1) ?? '';
      expect(code).toBe(0);
      expect(out).toMatch(/pass/);
      const files = readdirSync(run, { recursive: true, encoding: 'utf8' });
      expect(files.filter((file) => !/^[\w./-]+$/.test(file) || file.includes('..'))).toEqual([]);
      // Samples, writes and charts of both guests are there, under names of their own.
      expect(files.filter((file) => /samples\/disk-removal.*\.(?:samples|writes\.jsonl)$/.test(file)).length).toBe(6);
      expect(readFileSync(join(run, 'run.json'), 'utf8')).toContain(JSON.stringify(hostile));
      expect(standIn.commands().filter(({ command }) => command.includes('rm -rf') || command.includes('../'))).toEqual([]);

      const junit = readFileSync(join(run, 'junit.xml'), 'utf8');
      expect(XMLValidator.validate(junit)).toBe(true);
      expect(JSON.stringify(new XMLParser({ ignoreAttributes: false }).parse(junit))).toContain('disk-removal.cluster.r1');
      for (const file of ['summary.md', 'junit.xml', ...files.filter((name) => name.endsWith('.svg'))]) expect(readFileSync(join(run, file), 'utf8')).not.toContain('<script>');
      const page = readFileSync(join(run, 'allure-report', 'index.html'), 'utf8');
      expect(page).not.toContain(hostile);
    } finally {
      await standIn.stop();
    }
  });
});
