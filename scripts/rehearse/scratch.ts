import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKeys } from '../../packages/local-aws/keys.ts';
import type { ClientConfig } from '../../packages/local-aws/testkit/belongings.ts';
import { freePort } from '../freePorts.ts';
import { LocalAwsProcess } from '../localAwsStart.ts';

/** How often osls asks how far a deployment is, in milliseconds: it takes 5 seconds where nobody says. */
const LOOK_MS = '300';

/** A local-aws with nothing in it. */
export interface Scratch {
  url: string;
  config: ClientConfig;
  /** What has a program deploy into it, and its tests call it, as the laptop's owner. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts a local-aws on a free port, with a state that goes with it. Rejects with Error when it does not start. */
export async function startScratch(report: (source: string, line: string) => void): Promise<Scratch> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'arcade-rehearsal-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const localAws = new LocalAwsProcess({ port, only: [], environment: { LOCAL_AWS_STATE: stateFolder }, report });
  const stop = async () => {
    await localAws.stop();
    await rm(stateFolder, { recursive: true, force: true });
  };
  try {
    await localAws.start((reason) => report('local-aws', reason));
    const { accessKeyId, secretAccessKey } = readKeys(stateFolder, url);
    const region = 'eu-west-1';
    return {
      url,
      config: { endpoint: url, region, credentials: { accessKeyId, secretAccessKey } },
      environment: {
        AWS_ENDPOINT_URL: url,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        SLS_AWS_MONITORING_FREQUENCY: LOOK_MS,
        SLS_TELEMETRY_DISABLED: '1',
        SLS_NOTIFICATIONS_MODE: 'off',
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
