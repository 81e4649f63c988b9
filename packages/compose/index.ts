import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** Where the services that are deployed together are listed. */
export const COMPOSE_FILE = 'serverless-compose.yml';

/** A service of serverless-compose.yml, as it stands there. */
export interface ComposeEntry {
  name: string;
  folder: string;
  /** Services that must be deployed first: those named in `dependsOn` and those whose outputs its params take. */
  dependsOn: string[];
  /** Its params as they stand in the file: `${ping-pong.GameTopicArn}` or plain text. */
  params: Record<string, string>;
}

/** serverless-compose.yml says something that cannot be done; the message names service and param. */
export class ComposeError extends Error {
  override readonly name = 'ComposeError';
}

const fileSchema = z.strictObject({
  services: z
    .record(
      z.string(),
      z.strictObject({
        path: z.string(),
        dependsOn: z.union([z.string(), z.array(z.string())]).default([]),
        params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
      }),
    )
    .nullable(),
});

/** A reference to another service's output, as @osls/compose reads it. */
const REFERENCE = /\$\{([\w-]+)\.([\w.-]+)\}/g;

/** The folder at or above `from` that holds serverless-compose.yml; undefined when there is none. */
export function findComposeFolder(from: string): string | undefined {
  if (existsSync(join(from, COMPOSE_FILE))) return from;
  const parent = dirname(from);
  return parent === from ? undefined : findComposeFolder(parent);
}

/** Reads serverless-compose.yml in `folder`, in its own order. None without the file. Throws ComposeError: what is no YAML or does not fit. */
export function composeEntries(folder: string): ComposeEntry[] {
  const file = join(folder, COMPOSE_FILE);
  if (!existsSync(file)) return [];
  const parsed = fileSchema.safeParse(parsedYaml(file));
  if (!parsed.success) throw new ComposeError(`${COMPOSE_FILE}: ${z.prettifyError(parsed.error)}`);
  return Object.entries(parsed.data.services ?? {}).map(([name, { path, dependsOn, params }]) => {
    const texts = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)]));
    const referenced = Object.values(texts).flatMap((text) => referencesIn(text).map(({ service }) => service));
    return {
      name,
      folder: resolve(folder, path),
      dependsOn: [...new Set([dependsOn, referenced].flat())],
      params: texts,
    };
  });
}

/** The references of a param, in order. */
export function referencesIn(text: string): { service: string; output: string }[] {
  return [...text.matchAll(REFERENCE)].map(([, service = '', output = '']) => ({ service, output }));
}

/** The param with what `outputOf` gives in the references' places. Throws what that throws. */
export function fillReferences(text: string, outputOf: (service: string, output: string) => string): string {
  return text.replace(REFERENCE, (_whole, service: string, output: string) => outputOf(service, output));
}

function parsedYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ComposeError(`${COMPOSE_FILE}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
