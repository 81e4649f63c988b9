import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type Json, type Network } from '../../index.ts';

/** A CloudFormation template, as far as tests look into it. */
export interface Packaged {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, Json>> }>
  >;
}

const CHILD = join(import.meta.dirname, 'packageAll.cjs');
const WORKSPACE = join(import.meta.dirname, '../../../..');
const CACHE = join(WORKSPACE, '.cache/packaged');
const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * The templates that osls makes of compiled networks, with serverless-iam-roles-per-function, as in a real service.
 * Params are filled in with their own names.
 */
export const packaged = (networks: readonly Network[]): Packaged[] => {
  const compiled = networks.map((network) =>
    compile(network, { service: 'example', stage: 'dev', handler: () => 'handler.handler' }),
  );
  const input = JSON.stringify(compiled).replaceAll(/\$\{param:(\w+)\}/g, (_all, name: string) =>
    name.endsWith('Url') ? `https://${name}.example` : name,
  );
  return JSON.parse(
    keptFor(input, () => execFileSync(process.execPath, [CHILD], { input, encoding: 'utf8', maxBuffer: 2 ** 30 })),
  );
};

/** What was made of this input before, by the same script and packages: the lock file stands for what is installed. */
function keptFor(input: string, make: () => string): string {
  const hash = createHash('sha256').update(input);
  for (const file of [CHILD, join(WORKSPACE, 'pnpm-lock.yaml')]) hash.update(readFileSync(file));
  const kept = join(CACHE, `${hash.digest('hex')}.json`);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const made = make();
  mkdirSync(CACHE, { recursive: true });
  // Another worker may remove them too.
  for (const old of readdirSync(CACHE).map((name) => join(CACHE, name)))
    if (Date.now() - (statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? 0) > KEPT_MS) rmSync(old, { force: true });
  writeFileSync(`${kept}.${process.pid}`, made);
  renameSync(`${kept}.${process.pid}`, kept);
  return made;
}
