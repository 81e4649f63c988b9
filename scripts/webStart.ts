import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Arrival, type Refusal, refusalOf } from '../packages/local-aws/front-door/guard.ts';
import type { RunningService } from './arcade.ts';
import { ROOT } from './workspace.ts';

/** The web app, serving. */
export interface WebApp {
  url: string;
  close(): Promise<void>;
}

/** What packages/web/server.ts exports. It is loaded by its path: its types need the browser's, which scripts do not have. */
interface WebServerModule {
  startWeb(options: {
    port: number;
    services: { name: string; url: string; wsUrl?: string }[];
    localAwsUrl: string;
    refusalOf(request: Arrival, port: number): Refusal | undefined;
  }): Promise<WebApp>;
}

/**
 * Starts the web app, which serves the API of each service that has one under its own origin. Throws when it cannot;
 * gives undefined in a workspace without it.
 */
export async function startWebApp(options: {
  port: number;
  services: readonly RunningService[];
  localAwsUrl: string;
}): Promise<WebApp | undefined> {
  const module = join(ROOT, 'packages/web/server.ts');
  if (!existsSync(module)) return undefined;
  const { startWeb }: WebServerModule = await import(pathToFileURL(module).href);
  const services = options.services.flatMap(({ name, url, wsUrl }) =>
    url === undefined ? [] : [{ name, url, ...(wsUrl !== undefined && { wsUrl }) }],
  );
  const others = [options.localAwsUrl, ...services.map(({ url }) => url)].map((url) => Number(new URL(url).port));
  return startWeb({
    ...options,
    services,
    refusalOf: (request, port) => refusalOf(request, new Set([port, ...others])),
  });
}
