import { type ComposeEntry, fillReferences, referencesIn } from '@arcade/compose';
import { FrameError } from '../errors.ts';

/** The outputs of a service's stack; undefined when it is not deployed. */
export type AskOutputs = (service: string) => Promise<Readonly<Record<string, string>> | undefined>;

/** Which params of which service are wanted, at which stage. */
export interface WantedParams {
  entry: Pick<ComposeEntry, 'name' | 'params'>;
  stage: string;
  /** Names of the params that somebody else gives: they are asked for nowhere. */
  given: ReadonlySet<string>;
}

/**
 * The params that serverless-compose.yml passes to a service, with the outputs of the deployed stacks in their places. Throws
 * FrameError that says all that is not there, and what to do.
 */
export async function deployedParams(
  { entry, stage, given }: WantedParams,
  ask: AskOutputs,
): Promise<Record<string, string>> {
  const wanted = Object.entries(entry.params).filter(([param]) => !given.has(param));
  const services = [...new Set(wanted.flatMap(([, text]) => referencesIn(text).map(({ service }) => service)))];
  const outputs = new Map(await Promise.all(services.map(async (service) => [service, await ask(service)] as const)));

  const missing = new Map<string, string[]>();
  const note = (sentence: string, param: string) => missing.set(sentence, [...(missing.get(sentence) ?? []), param]);
  const resolved = wanted.map(([param, text]) => {
    const value = fillReferences(text, (service, output) => {
      const known = outputs.get(service);
      if (known?.[output] === undefined)
        note(known ? `${service}, whose stack has no output ${output}` : `${service}, which is not deployed`, param);
      return known?.[output] ?? '';
    });
    return [param, value] as const;
  });
  if (missing.size > 0) throw new FrameError(sentenceOf(entry.name, stage, missing));
  return Object.fromEntries(resolved);
}

function sentenceOf(name: string, stage: string, missing: ReadonlyMap<string, string[]>): string {
  const lines = [...missing].map(([source, params]) => `  ${params.join(', ')} from ${source}`);
  const first = [...new Set([...missing.keys()].map((source) => source.split(',')[0]))];
  return [
    `${name} takes at the stage '${stage}':`,
    ...lines,
    `Deploy first: ${first.map((service) => `npx sls deploy --stage ${stage} in services/${service}`).join('; ')}.`,
    `Or all, in their order: npm run deploy -- --stage ${stage}. Or name what is to be taken: --param="<name>=<value>".`,
  ].join('\n');
}
