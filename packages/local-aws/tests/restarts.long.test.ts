import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../index.ts';
import { type LocalAws, startLocalAws } from '../testkit/index.ts';

const SERVICES = join(import.meta.dirname, '../../../services');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restarts-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** All that is kept, by file, collection and key. The port of an address is another one at each start. */
function kept(): Map<string, string> {
  const stacks = readdirSync(join(folder, 'stacks')).filter((name) => name.endsWith('.sqlite'));
  const found = new Map<string, string>();
  for (const name of ['account.sqlite', ...stacks.map((stack) => join('stacks', stack))]) {
    const file = new DatabaseSync(join(folder, name), { readOnly: true });
    for (const { collection, key, value } of file.prepare('SELECT * FROM entries').all())
      found.set(`${name} ${collection} ${key}`, withoutPort(String(value)));
    file.close();
  }
  return found;
}

/** What is in one and not in the other, or another. */
function differences(left: Map<string, string>, right: Map<string, string>): string[] {
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].filter((key) => left.get(key) !== right.get(key));
}

const withoutPort = (text: string) => text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1');

/** The stacks as others see them. */
function described({ cloud }: LocalAws): unknown {
  return JSON.parse(withoutPort(JSON.stringify(cloud.stacks.list().map((stack) => ({ ...stack, status: '' })))));
}

/** No pauses, and balls are soon missed: a rally must end before local-aws can be idle. */
const PARAMS = {
  'ping-pong': { strokePauseMs: '0', restBetweenRalliesMs: '0', missProbability: '0.2', maxRalliesPerServe: '2' },
  mafia: {},
};

describe.each(['ping-pong', 'mafia'] as const)('%s', (service) => {
  it('is the same after ten restarts', async () => {
    const first = await startLocalAws({ stateFolder: folder });
    await first.deploy(join(SERVICES, service), { params: PARAMS[service] });
    await first.advance(3 * 60_000);
    const stacks = described(first);
    const startMs = first.clock.now();
    await first.stop();
    const before = kept();
    expect([...before.keys()].some((key) => key.includes('dynamodb/table'))).toBe(true);

    for (let restart = 1; restart <= 10; restart += 1) {
      const again = await startLocalAws({ stateFolder: folder, clock: createVirtualClock({ startMs }) });
      await again.idle();
      expect(described(again)).toEqual(stacks);
      await again.stop();
      expect(differences(before, kept())).toEqual([]);
    }
  }, 120_000);
});
