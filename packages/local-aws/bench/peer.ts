import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { stringify } from 'yaml';
import { startChild } from '../../../scripts/child.ts';
import { freePort } from '../../../scripts/freePorts.ts';
import { ROOT } from '../../../scripts/workspace.ts';
import type { Contestant } from './contestant.ts';
import { serveOver } from './loops.ts';

/** The peer, with the alias that keeps the licensed serverless@4 out. */
const DEPENDENCIES = {
  serverless: 'npm:osls@4.3.1',
  'serverless-offline': '14.8.2',
  'serverless-offline-sns': '0.78.2',
};
const INSTALL_TIMEOUT_MS = 300_000;
const START_TIMEOUT_MS = 30_000;

const FOLDER = join(ROOT, '.bench/peers/serverless-offline-sns');
const ACCOUNT = '000000000000';
const topicArn = (name: string) => `arn:aws:sns:eu-west-1:${ACCOUNT}:bare-loop-${name}`;

/** Installs the peer into a folder of its own, once. Rejects when it cannot be had. */
export async function installPeer(): Promise<void> {
  const manifest = `${JSON.stringify({ private: true, type: 'module', dependencies: DEPENDENCIES }, undefined, 2)}\n`;
  const done = join(FOLDER, 'installed.json');
  if ((await readFile(done, 'utf8').catch(() => '')) === manifest) return;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, 'package.json'), manifest);
  // No scripts: nothing that is needed here has one, and they would run with this user's rights.
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    timeout: INSTALL_TIMEOUT_MS,
    shell: process.platform === 'win32',
  });
  await writeFile(done, manifest);
}

/** The same handlers as in the bare loop's own serverless.yml, on serverless-offline-sns. To be installed first. */
export const peer: Contestant = {
  name: 'bare loop, serverless-offline + serverless-offline-sns',
  async start(strokesFile) {
    const port = await freePort();
    await writeService(port, strokesFile);
    const ready = Promise.withResolvers<void>();
    const ports = await Promise.all([freePort(), freePort(), freePort()]);
    const child = startChild({
      name: 'peer',
      args: [
        join(FOLDER, 'node_modules/serverless/bin/serverless.js'),
        'offline',
        ...['httpPort', 'websocketPort', 'lambdaPort'].map((option, index) => `--${option}=${ports[index]}`),
      ],
      cwd: FOLDER,
      env: {
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_REGION: 'eu-west-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        STROKES_FILE: strokesFile,
      },
      // Its topics come before its servers.
      onLine: (line) => /Server ready/.test(line) && ready.resolve(),
    });
    const timer = setTimeout(() => ready.reject(new Error('it did not serve in time')), START_TIMEOUT_MS);
    void child.ended.then(() => ready.reject(new Error(`it ended: ${child.lastLines().join('\n')}`)));
    try {
      await ready.promise;
    } catch (error) {
      await child.stop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    return {
      stop: child.stop,
      serve: (balls, last) => serveOver(`http://127.0.0.1:${port}`, topicArn('ping'), balls, last),
    };
  },
};

/** Bundles the handlers and writes the peer's serverless.yml. */
async function writeService(port: number, strokesFile: string): Promise<void> {
  await build({
    entryPoints: ['ping', 'pong'].map((name) => join(import.meta.dirname, `bare-loop/handlers/${name}.ts`)),
    outdir: join(FOLDER, 'handlers'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // What of the SDK is CommonJS asks for `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const player = (name: string, other: string) => ({
    handler: `handlers/${name}.handler`,
    environment: { TOPIC_ARN: topicArn(name), STROKES_FILE: strokesFile },
    events: [
      { sns: { arn: topicArn(other), topicName: `bare-loop-${other}` } },
      { httpApi: { method: 'get', path: `/${name}` } },
    ],
  });
  const service = {
    service: 'bare-loop-peer',
    frameworkVersion: '4',
    plugins: ['serverless-offline-sns', 'serverless-offline'],
    provider: { name: 'aws', runtime: 'nodejs24.x', region: 'eu-west-1', stage: 'local' },
    functions: { ping: player('ping', 'pong'), pong: player('pong', 'ping') },
    custom: {
      'serverless-offline-sns': { port, accountId: ACCOUNT, debug: false },
      'serverless-offline': { noSponsor: true },
    },
  };
  await writeFile(join(FOLDER, 'serverless.yml'), stringify(service));
}
