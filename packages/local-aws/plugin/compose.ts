import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** A service of serverless-compose.yml. */
export interface ComposedService {
  name: string;
  folder: string;
  /** Services that must be provisioned first: those named in `dependsOn` and those whose outputs its params take. */
  dependsOn: string[];
  /** Its params as they stand in the file: `${ping-pong.GameTopicArn}` or plain text. */
  params: Record<string, string>;
}

const fileSchema = z.object({
  services: z
    .record(
      z.string(),
      z.object({
        path: z.string(),
        dependsOn: z.union([z.string(), z.array(z.string())]).default([]),
        params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
      }),
    )
    .nullish(),
});

/** A reference to another service's output. */
const OUTPUT = /\$\{([\w-]+)\.([\w-]+)\}/g;

/** The services of serverless-compose.yml, in its order, or those of them that `only` names. Throws an Error for a name it does not have. */
export function composedServices(root: string, only?: readonly string[]): ComposedService[] {
  const file = join(root, 'serverless-compose.yml');
  const { services } = existsSync(file) ? fileSchema.parse(parse(readFileSync(file, 'utf8'))) : {};
  const all = Object.entries(services ?? {}).map(([name, { path, dependsOn, params }]) => {
    const texts = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)]));
    const referenced = Object.values(texts).flatMap((text) =>
      [...text.matchAll(OUTPUT)].map((match) => match[1] ?? ''),
    );
    return {
      name,
      folder: resolve(root, path),
      dependsOn: [...new Set([dependsOn, referenced].flat())],
      params: texts,
    };
  });
  if (!only) return all;
  return only.map((name) => {
    const found = all.find((service) => service.name === name);
    if (!found)
      throw new Error(`there is no service '${name}': ${all.map((one) => one.name).join(', ') || 'none yet'}`);
    return found;
  });
}

/** The params whose outputs are known, resolved; a param that takes an output that is not known is left out. */
export function paramsFor(
  { params }: ComposedService,
  outputs: ReadonlyMap<string, Record<string, string>>,
): Record<string, string> {
  const resolved: Record<string, string> = {};
  for (const [param, text] of Object.entries(params)) {
    let complete = true;
    const value = text.replace(OUTPUT, (_, service: string, output: string) => {
      const found = outputs.get(service)?.[output];
      complete &&= found !== undefined;
      return found ?? '';
    });
    if (complete) resolved[param] = value;
  }
  return resolved;
}
