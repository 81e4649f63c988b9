import { stringify } from 'yaml';
import { compile, differences, type Network } from '../index.ts';

/** A fenced block of a page. */
export const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

/** A value as YAML, in a fenced block. */
export const yaml = (value: unknown): string =>
  fenced('yaml', stringify(value, { lineWidth: 120, aliasDuplicateObjects: false }));

/** What the one record has and the other has not. */
export const gained = (before: object, after: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(after).filter(([key]) => !Object.hasOwn(before, key)));

const gainedOf = (before: readonly unknown[], after: readonly unknown[]): unknown[] => {
  const known = new Set(before.map((one) => JSON.stringify(one)));
  return after.filter((one) => !known.has(JSON.stringify(one)));
};

/** A service's network before and after a line was added: a queue between two functions. */
export interface Walk {
  readonly before: Network;
  readonly after: Network;
  /** Who puts something in the queue, and who is triggered by it. */
  readonly sender: string;
  readonly taker: string;
}

/** What the added line does, as blocks of a page by their names: in words, to both functions, and to the template. */
export const walkThrough = (service: string, { before, after, sender, taker }: Walk): Record<string, string> => {
  const [old, now] = [before, after].map((network) => compile(network, { service, stage: 'dev' })) as [
    ReturnType<typeof compile>,
    ReturnType<typeof compile>,
  ];
  const ofSender = [old, now].map(({ functions }) => functions[sender]);
  const ofTaker = [old, now].map(({ functions }) => functions[taker]);
  return {
    'line-words': fenced('text', differences(before, after).join('\n')),
    'line-functions': yaml({
      [sender]: {
        environment: gained(ofSender[0]?.environment ?? {}, ofSender[1]?.environment ?? {}),
        iamRoleStatements: gainedOf(ofSender[0]?.iamRoleStatements ?? [], ofSender[1]?.iamRoleStatements ?? []),
      },
      [taker]: { events: gainedOf(ofTaker[0]?.events ?? [], ofTaker[1]?.events ?? []) },
    }),
    'line-template': yaml(gained(old.resources.Resources, now.resources.Resources)),
  };
};
