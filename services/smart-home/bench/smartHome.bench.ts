import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { startOnLaptop } from '../../../packages/local-aws/bench/onLaptop.ts';
import type { BenchTable } from '../../../scripts/bench.ts';
import { APIS, linkAll, type Said, sayAll } from './load.ts';
import { type Outside, SECRETS, startOutside } from './outside.ts';

export const name = 'smart-home';
/** It takes minutes. */
export const onDemand = true;

/** Directives a second, and for how many: the goal first; then more, for as long as all are answered in time. */
const GOAL = { rate: 60, seconds: 60 };
const MORE = [80, 100, 120, 150, 200].map((rate) => ({ rate, seconds: 15 }));
const WARM_UP = { rate: 20, seconds: 5 };
const DEFERRED_ANSWER_SECONDS = 6;

/** Sends directives through the network `home` on local-aws, with a vendor and an Alexa that take no time but the bulbs'. */
export async function run(): Promise<BenchTable[]> {
  const folder = await mkdtemp(join(tmpdir(), 'smart-home-bench-'));
  const outside = await startOutside();
  const { url } = outside;
  try {
    const laptop = await startOnLaptop(join(import.meta.dirname, '..'), {
      name: 'smart-home',
      state: join(folder, 'state'),
      params: {
        network: 'home',
        vendorUrl: url,
        tokensUrl: `${url}/auth/o2/token`,
        gatewayUrl: `${url}/v3/events`,
        hubUrl: url,
      },
    });
    const access = {
      endpoint: laptop.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    };
    const lambda = new LambdaClient({ ...access, requestHandler: { httpAgent: { maxSockets: 500 } } });
    try {
      await putSecrets(new SSMClient(access));
      await linkAll(lambda);
      return [await measured(lambda, outside)];
    } finally {
      lambda.destroy();
      await laptop.stop();
    }
  } finally {
    await outside.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function putSecrets(ssm: SSMClient): Promise<void> {
  for (const [secret, Value] of Object.entries(SECRETS)) {
    await ssm.send(new PutParameterCommand({ Name: `/smart-home/local/${secret}`, Value, Type: 'SecureString' }));
  }
  ssm.destroy();
}

async function measured(lambda: LambdaClient, outside: Outside): Promise<BenchTable> {
  const rows: (string | number)[][] = [];
  const round = async ({ rate, seconds }: typeof GOAL) => {
    outside.heard.length = 0;
    return sayAll(lambda, outside, rate, seconds);
  };
  await round(WARM_UP);
  const goal = await round(GOAL);
  rows.push(rowOf(`${GOAL.rate}/s for ${GOAL.seconds} s`, goal));
  for (const api of APIS)
    rows.push(
      rowOf(
        `  of these ${api}`,
        goal.filter((one) => one.api === api),
      ),
    );
  for (const step of MORE) {
    const said = await round(step);
    rows.push(rowOf(`${step.rate}/s for ${step.seconds} s`, said));
    if (!isFine(said)) break;
  }
  return {
    title:
      'Directives through the network home, by Lambda’s Invoke as Alexa calls it, and their answers at the event gateway',
    columns: [
      '',
      'said',
      'lost',
      'errors',
      'twice',
      'late',
      'first p50 ms',
      'first p99 ms',
      'final p50 ms',
      'final p99 ms',
    ],
    rows,
    note: 'A bulb takes 100 ms. Of polling the first question comes a second after the directive: a queue delays by whole seconds.',
  };
}

const isLate = ({ finals }: Said) => finals.some(({ ms }) => ms > DEFERRED_ANSWER_SECONDS * 1000);
const isFine = (said: readonly Said[]) =>
  said.every((one) => one.direct === 'DeferredResponse' && one.finals[0]?.name === 'Response' && !isLate(one));

function rowOf(what: string, said: readonly Said[]): (string | number)[] {
  const count = (which: (one: Said) => boolean) => said.filter(which).length;
  const answers = ({ finals }: Said) => finals.filter(({ name: message }) => message !== 'ChangeReport');
  const first = said.map(({ firstMs }) => firstMs);
  const final = said.flatMap((one) =>
    answers(one)
      .slice(0, 1)
      .map(({ ms }) => ms),
  );
  return [
    what,
    said.length,
    count((one) => one.direct === 'DeferredResponse' && answers(one).length === 0),
    count(
      (one) =>
        one.direct !== 'DeferredResponse' || answers(one).some(({ name: message }) => message === 'ErrorResponse'),
    ),
    count((one) => answers(one).length > 1),
    count(isLate),
    ...[first, final].flatMap((times) => [quantile(times, 0.5), quantile(times, 0.99)].map(Math.round)),
  ];
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
