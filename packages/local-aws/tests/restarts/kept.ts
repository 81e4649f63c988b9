import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LocalAws } from '../../testkit/index.ts';

/** All that a folder of state keeps, by file, collection and key. The port of an address is another one at each start. */
export function kept(folder: string): Map<string, string> {
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
export function differences(left: Map<string, string>, right: Map<string, string>): string[] {
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].filter((key) => left.get(key) !== right.get(key));
}

const withoutPort = (text: string) => text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1');

/** The stacks as others see them. */
export function described({ cloud }: LocalAws): unknown {
  return JSON.parse(withoutPort(JSON.stringify(cloud.stacks.list().map((stack) => ({ ...stack, status: '' })))));
}
