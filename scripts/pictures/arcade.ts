import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localAwsUrl, portsFrom } from '../../packages/local-aws/host/ports.ts';
import { startChild } from '../child.ts';
import { changeManager, poolHere } from '../managers.ts';
import type { Output } from './terminal.ts';

/** The arcade that is photographed. */
export interface FilmedArcade {
  /** What `npm start` has printed, and when. */
  output: Output[];
  webUrl: string;
  localAwsUrl: string;
  /** As `npm run manager` does it. Throws ManagerError. */
  makeManager(nickname: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Runs what `npm start` runs, as a process of its own, with a state that is forgotten afterwards. Its ports are the usual
 * ones, which pictures show, or where LOCAL_AWS_PORT, WEB_PORT and ARCADE_PORT_BASE have moved them.
 * Throws an Error with its last lines when it does not start whole.
 */
export async function startFilmedArcade(): Promise<FilmedArcade> {
  const state = await mkdtemp(join(tmpdir(), 'arcade-'));
  const env = { LOCAL_AWS_STATE: state };
  const startedAt = performance.now();
  const output: Output[] = [];
  const ready = Promise.withResolvers<boolean>();
  const child = startChild({
    name: 'npm start',
    args: ['scripts/bootstrap.mjs', 'start'],
    env,
    onLine(line) {
      output.push({ atMs: performance.now() - startedAt, text: `${line}\n` });
      if (line.startsWith('ready in ')) ready.resolve(!line.includes('without'));
    },
  });
  void child.ended.then(() => ready.resolve(false));
  const stop = async () => {
    await child.stop();
    await rm(state, { recursive: true, force: true });
  };
  if (!(await ready.promise)) {
    await stop();
    throw new Error(`The arcade did not start whole:\n${child.lastLines().join('\n')}`);
  }
  return {
    output,
    webUrl: `http://localhost:${portsFrom().web}`,
    localAwsUrl: localAwsUrl(),
    async makeManager(nickname) {
      const { client, userPoolId } = await poolHere({ ...process.env, ...env });
      await changeManager(client, { userPoolId, nickname, isRemoval: false });
      client.destroy();
    },
    stop,
  };
}
