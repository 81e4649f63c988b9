import type { CDPSession, Page } from 'playwright-core';

/** What the page looked like from `atMs` on. */
export interface Shot {
  atMs: number;
  /** A PNG file in base64. */
  png: string;
}

/** What was filmed without a break. */
export interface Take {
  beginMs: number;
  shots: Shot[];
  /** When the camera was stopped; the last shot is shown until then. */
  endMs: number;
}

/** What is shown, and for how long. */
export interface PacedShot {
  png: string;
  durationMs: number;
}

/** A camera that runs. */
export interface Camera {
  /** Grows until it is stopped. */
  readonly take: Take;
  stop(): Promise<void>;
}

/** Films a page: every frame that the browser shows, with the time at which it did, over the DevTools protocol. */
export async function startCamera(page: Page): Promise<Camera> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const take: Take = { beginMs: Date.now(), shots: [], endMs: 0 };
  session.on('Page.screencastFrame', ({ data, sessionId, metadata }) => {
    take.shots.push({ atMs: (metadata.timestamp ?? 0) * 1000, png: data });
    // A camera that was stopped in between wants no more.
    void session.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
  });
  await session.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 });
  return {
    take,
    async stop() {
      await session.send('Page.stopScreencast');
      await session.detach();
      take.endMs = Date.now();
    },
  };
}

/**
 * The shots of a take, at most one for each `stepMs`, each with how long it is shown; the last one `holdMs` longer, for the
 * reader. Throws an Error when there is no shot.
 */
export function paced({ beginMs, shots, endMs }: Take, stepMs: number, holdMs = 0): PacedShot[] {
  // A page that stood still when the camera began shows what it looked like long before.
  const stepOf = ({ atMs }: Shot) => Math.max(0, Math.floor((atMs - beginMs) / stepMs));
  const latest = new Map<number, Shot>();
  for (const shot of shots.toSorted((one, other) => one.atMs - other.atMs)) latest.set(stepOf(shot), shot);
  if (latest.size === 0) throw new Error('nothing was filmed: the browser showed no frame');
  const steps = [...latest.keys()];
  const endStep = Math.max(Math.ceil((endMs - beginMs) / stepMs), (steps.at(-1) ?? 0) + 1);
  return [...latest.values()].map(({ png }, index) => {
    const next = steps[index + 1];
    const durationMs = ((next ?? endStep) - (steps[index] ?? 0)) * stepMs;
    return { png, durationMs: next === undefined ? durationMs + holdMs : durationMs };
  });
}
