import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext } from 'playwright-core';

/** Debian's own browser; only tests need it. */
const executablePath = '/usr/bin/chromium';
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export interface TestBrowser {
  context: BrowserContext;
  close(): Promise<void>;
}

/**
 * Starts a headless Chromium with a profile of its own and without a network: pages from disk only, or with `loopback` from this machine as well.
 *
 * @throws Error with the remedy when it is not installed.
 */
export async function startBrowser({ loopback = false } = {}): Promise<TestBrowser> {
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing, so no report can be looked at. Install it: apt-get install --no-install-recommends chromium fonts-dejavu-core ("npm test" does so).`);
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: [...flags, ...(loopback ? ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'] : [])], offline: !loopback, viewport: { width: 1400, height: 1000 } });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
