import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Arrival, type Refusal, refusalAt, refusalOf } from '../packages/local-aws/front-door/guard.ts';
import { readKeys } from '../packages/local-aws/keys.ts';
import { defaultStateFolder } from '../packages/local-aws/stateFolder.ts';
import type { RunningService } from './arcade.ts';
import { ROOT } from './workspace.ts';

/** The web app, serving. */
export interface WebApp {
  url: string;
  close(): Promise<void>;
}

/** What packages/web/server exports. It is loaded by its path: its types need the browser's, which scripts do not have. */
interface WebServerModule {
  startWeb(options: {
    port: number;
    lanAddress?: string | undefined;
    isHot?: boolean | undefined;
    services: { name: string; url: string; wsUrl?: string }[];
    localAwsUrl: string;
    secret(): string;
    refusalOf(request: Arrival, address: string | undefined): Refusal | undefined;
    report(line: string): void;
  }): Promise<WebApp>;
}

/** How the web app is started. */
export interface WebAppOptions {
  port: number;
  services: readonly RunningService[];
  localAwsUrl: string;
  /** Where local-aws keeps its state, and the keys; left out: where it does when nothing else is said. */
  stateFolder?: string | undefined;
  /** An address of this machine at which others of the network reach the app. */
  lanAddress?: string | undefined;
  /** Serve the page from its sources. */
  isHot?: boolean | undefined;
  report(line: string): void;
}

/**
 * Starts the web app, which serves the API of each service that has one under its own origin. Throws when it cannot;
 * gives undefined in a workspace without it.
 */
export async function startWebApp(options: WebAppOptions): Promise<WebApp | undefined> {
  const module = join(ROOT, 'packages/web/server/index.ts');
  if (!existsSync(module)) return undefined;
  const { startWeb }: WebServerModule = await import(pathToFileURL(module).href);
  const { port, lanAddress, localAwsUrl, stateFolder } = options;
  const services = options.services.flatMap(({ name, url, wsUrl }) =>
    url === undefined ? [] : [{ name, url, ...(wsUrl !== undefined && { wsUrl }) }],
  );
  const ports = new Set([
    port,
    ...[localAwsUrl, ...services.map(({ url }) => url)].map((url) => Number(new URL(url).port)),
  ]);
  return startWeb({
    ...options,
    services,
    // Read each time: they are new whenever local-aws starts.
    secret: () => readKeys(defaultStateFolder(ROOT, stateFolder), localAwsUrl).secret,
    refusalOf: (request, address) =>
      lanAddress !== undefined && address === lanAddress
        ? refusalAt(`${lanAddress}:${port}`, request)
        : refusalOf(request, ports),
  });
}
