import type { Browser } from 'playwright-core';
import type { FilmedArcade } from './arcade.ts';
import { events, PATIENCE_MS } from './events.ts';
import { inPage } from './inPage.ts';
import { fileOf, type PictureRow, VIEWPORTS } from './rows.ts';
import { steps } from './steps.ts';

/** Stops what moves in the frame in which the event is seen; what a page writes goes on. */
const HOLD_STILL = 'for (const animation of document.getAnimations()) animation.pause()';

/**
 * A picture as a WebP file: opens a row's page in a window of its own, does its steps, of which one may lead to another
 * page, and waits for its event. Throws an
 * Error that names the picture when that does not happen.
 */
export async function takePicture(browser: Browser, arcade: FilmedArcade, row: PictureRow): Promise<Buffer> {
  const { scale, ...viewport } = VIEWPORTS[row.viewport];
  const context = await browser.newContext({
    viewport,
    deviceScaleFactor: scale,
    colorScheme: row.scheme,
    hasTouch: row.viewport === 'phone',
  });
  try {
    let page = await context.newPage();
    context.setDefaultTimeout(PATIENCE_MS);
    await page.goto(new URL(row.path, arcade.webUrl).href);
    for (const step of row.steps) page = (await steps[step](page, arcade)) ?? page;
    await events[row.waitsFor](page);
    await page.evaluate(HOLD_STILL);
    const png = await page.screenshot();
    const blank = await context.newPage();
    return Buffer.from(await blank.evaluate(await inPage('develop'), png.toString('base64')), 'base64');
  } catch (error) {
    throw new Error(`${fileOf(row)} was not taken, waiting for '${row.waitsFor}': ${String(error)}`, { cause: error });
  } finally {
    await context.close();
  }
}
