import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { topologicalOrder } from './cloudformation/graph.ts';
import { didYouMean } from './cloudformation/problems.ts';
import { asError } from './core/errors.ts';

/** A service of serverless-compose.yml. */
export interface ComposedService {
  name: string;
  folder: string;
  /** Services that must be provisioned first: those named in `dependsOn` and those whose outputs its params take. */
  dependsOn: string[];
  /** Its params as they stand in the file: `${ping-pong.GameTopicArn}` or plain text. */
  params: Record<string, string>;
}

/** Outputs of the services that are provisioned, by service and output. */
export type ComposedOutputs = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** serverless-compose.yml says something that cannot be done; the message names service and param. */
export class ComposeError extends Error {
  override readonly name = 'ComposeError';
}

/** Where the services that are deployed together are listed. */
export const COMPOSE_FILE = 'serverless-compose.yml';

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

/**
 * Reads serverless-compose.yml in `folder`: the services, each after those that it depends on. None without the file.
 * Throws ComposeError: what is no YAML or does not fit, a service that is referred to but not there, services that wait for each other.
 */
export function readCompose(folder: string): ComposedService[] {
  const file = join(folder, COMPOSE_FILE);
  if (!existsSync(file)) return [];
  const parsed = fileSchema.safeParse(parsedYaml(file));
  if (!parsed.success) throw new ComposeError(`${COMPOSE_FILE}: ${z.prettifyError(parsed.error)}`);
  const services = Object.entries(parsed.data.services ?? {}).map(([name, { path, dependsOn, params }]) => {
    const texts = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)]));
    const referenced = Object.values(texts).flatMap((text) => referencesIn(text).map(({ service }) => service));
    const needed = [...new Set([dependsOn, referenced].flat())];
    return { name, folder: resolve(folder, path), dependsOn: needed, params: texts };
  });
  return inOrder(services);
}

function parsedYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ComposeError(`${COMPOSE_FILE}: ${asError(error).message}`, { cause: error });
  }
}

function inOrder(services: readonly ComposedService[]): ComposedService[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  for (const { name, dependsOn } of services) {
    const missing = dependsOn.find((other) => !byName.has(other));
    if (missing === undefined) continue;
    throw new ComposeError(
      `${COMPOSE_FILE}: '${name}' depends on '${missing}', which is no service there${didYouMean(missing, byName.keys())}`,
    );
  }
  const sorted = topologicalOrder([...byName.keys()], (name) => byName.get(name)?.dependsOn ?? []);
  if ('cycle' in sorted)
    throw new ComposeError(`${COMPOSE_FILE}: services wait for each other: ${sorted.cycle.join(' -> ')}`);
  return sorted.order.flatMap((name) => byName.get(name) ?? []);
}

/** The services of these names, in their order. Throws ComposeError for a name that is none. */
export function servicesNamed(services: readonly ComposedService[], names: readonly string[]): ComposedService[] {
  const unknown = names.find((name) => !services.some((service) => service.name === name));
  if (unknown !== undefined) {
    const known = services.map(({ name }) => name).join(', ');
    throw new ComposeError(`There is no service '${unknown}': ${known || 'none yet'}.`);
  }
  return services.filter(({ name }) => names.includes(name));
}

/** What must be provisioned before `name`, in order, without itself. Throws ComposeError when it is not there. */
export function dependenciesOf(services: readonly ComposedService[], name: string): ComposedService[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  if (!byName.has(name)) {
    throw new ComposeError(`${COMPOSE_FILE} has no service '${name}'${didYouMean(name, byName.keys())}`);
  }
  const needed = new Set<string>();
  const visit = (one: string) => {
    for (const dependency of byName.get(one)?.dependsOn ?? []) {
      if (needed.has(dependency)) continue;
      needed.add(dependency);
      visit(dependency);
    }
  };
  visit(name);
  return services.filter((service) => needed.has(service.name));
}

/** The references of a param, in order. */
export function referencesIn(text: string): { service: string; output: string }[] {
  return [...text.matchAll(REFERENCE)].map(([, service = '', output = '']) => ({ service, output }));
}

/**
 * The params of a service with other services' outputs in their places: what compose passes with `--param`.
 * Throws ComposeError when an output is not there.
 */
export function resolveParams({ name, params }: ComposedService, outputs: ComposedOutputs): Record<string, string> {
  const outputOf = (param: string, service: string, output: string): string => {
    const known = outputs.get(service);
    const value = known?.[output];
    if (value !== undefined) return value;
    const hint = known ? `has no such output${didYouMean(output, Object.keys(known))}` : 'is not provisioned';
    throw new ComposeError(
      `${COMPOSE_FILE}: the param '${param}' of '${name}' takes ${output} of '${service}', which ${hint}`,
    );
  };
  const entries = Object.entries(params).map(([param, text]) => [
    param,
    text.replace(REFERENCE, (_whole, service: string, output: string) => outputOf(param, service, output)),
  ]);
  return Object.fromEntries(entries);
}
