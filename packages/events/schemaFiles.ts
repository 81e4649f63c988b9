import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { breaks, type JsonSchema } from './compatibility.ts';
import { type Contract, jsonSchemaOf } from './contract.ts';

/** Where the schema of each version of each contract is written down. */
export const SCHEMA_FOLDER = join(import.meta.dirname, 'schemas');

/** What is written down of a version of a contract. */
export interface WrittenSchema {
  type: string;
  version: number;
  schema: JsonSchema;
}

const fileOf = ({ type, version }: Pick<Contract, 'type' | 'version'>) => `${type}.v${version}.json`;
const FILE = /^(?<type>.+)\.v(?<version>\d+)\.json$/;

/** All that is written down. */
export function writtenSchemas(folder = SCHEMA_FOLDER): WrittenSchema[] {
  return readdirSync(folder).flatMap((name) => {
    const { type, version } = FILE.exec(name)?.groups ?? {};
    if (type === undefined) return [];
    const schema = JSON.parse(readFileSync(join(folder, name), 'utf8')) as JsonSchema;
    return [{ type, version: Number(version), schema }];
  });
}

/** What a contract breaks that is written down of its version, a sentence that says what to do; undefined when it breaks nothing. */
export function breachOf(contract: Contract, written: readonly WrittenSchema[]): string | undefined {
  const { type, version } = contract;
  const before = written.find((one) => one.type === type && one.version === version);
  const found = before ? breaks(before.schema, jsonSchemaOf(contract)) : [];
  if (found.length === 0) return undefined;
  return `${type} has changed: ${found.join('; ')}. Who consumes version ${version} cannot read that: raise \`version\` to ${version + 1}.`;
}

/** The contracts that were there and are not any more, or have gone back to an earlier version, a sentence each. */
export function losses(contracts: readonly Contract[], written: readonly WrittenSchema[]): string[] {
  return written
    .filter(({ type, version }) => !contracts.some((one) => one.type === type && one.version >= version))
    .map(
      ({ type, version }) =>
        `${type} has no version ${version} any more: its events may still wait in queues and archives`,
    );
}

/** Writes down what the contracts say now. Throws an Error with all that it breaks, and writes nothing then. */
export function writeSchemas(contracts: readonly Contract[], folder = SCHEMA_FOLDER): string[] {
  const written = writtenSchemas(folder);
  const breaches = contracts.flatMap((contract) => breachOf(contract, written) ?? []);
  if (breaches.length > 0) throw new Error(breaches.join('\n'));
  const changed = contracts.filter((contract) => !isWritten(contract, written));
  for (const contract of changed) writeFileSync(join(folder, fileOf(contract)), textOf(contract));
  return changed.map(fileOf);
}

/** Whether what is written down is what the contract says. */
export function isWritten(contract: Contract, written: readonly WrittenSchema[]): boolean {
  const { schema } = written.find(({ type, version }) => type === contract.type && version === contract.version) ?? {};
  return JSON.stringify(schema) === JSON.stringify(jsonSchemaOf(contract));
}

const textOf = (contract: Contract) => `${JSON.stringify(jsonSchemaOf(contract), undefined, 2)}\n`;
