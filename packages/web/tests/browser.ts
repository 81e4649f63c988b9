import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROME_FLAGS, findChrome } from '../../../scripts/chrome.ts';

/** A window with a profile of its own. */
export interface Window {
  page: Page;
  context: BrowserContext;
  /** Errors of the page: exceptions, and what it wrote to the console as one. */
  errors: string[];
  close(): Promise<void>;
}

/** Opens the machine's Chrome or Chromium, at the size of a phone if asked. */
export async function openWindow({ phone = false } = {}): Promise<Window> {
  const executablePath = findChrome();
  if (!executablePath) throw new Error('there is no Chrome or Chromium on this machine');
  const profile = await mkdtemp(join(tmpdir(), 'arcade-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: CHROME_FLAGS,
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 900 },
    hasTouch: phone,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return {
    page,
    context,
    errors,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** An address of the web app that runs for the tests. */
export function addressOf(path: string): string {
  const origin = process.env.ARCADE_URL;
  if (!origin) throw new Error('ARCADE_URL says where the web app is; `npm run test:browser` sets it');
  return new URL(path, origin).href;
}

/** Whether the page can be moved sideways, which nothing here should need. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');
