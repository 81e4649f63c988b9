import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { compile, type Json, type Network } from '../../index.ts';

/** A CloudFormation template, as far as tests look into it. */
export interface Packaged {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, Json>> }>
  >;
}

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
  const output = execFileSync(process.execPath, [join(import.meta.dirname, 'packageAll.cjs')], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  return JSON.parse(output) as Packaged[];
};
