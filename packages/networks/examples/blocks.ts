import { compile, differences, type Network } from '@arcade/networks';
import { mermaid, svg } from '@arcade/networks/draw';
import { stringify } from 'yaml';
import * as alexa from './alexa/networks.ts';
import { relaxed, waiting } from './shop.ts';

const options = { service: 'shop', stage: 'dev' } as const;

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

const yaml = (value: unknown): string =>
  fenced('yaml', stringify(value, { lineWidth: 120, aliasDuplicateObjects: false }));

const flowchart = (network: Network): string => fenced('mermaid', mermaid(network));

const roleOf = (network: Network, name: string): unknown => {
  const config = compile(network, options).functions[name];
  return { [name]: { environment: config?.environment, iamRoleStatements: config?.iamRoleStatements } };
};

/** The resources that one network's template has and the other's has not. */
const added = (before: Network, after: Network): unknown => {
  const old = compile(before, options).resources.Resources;
  const entries = Object.entries(compile(after, options).resources.Resources);
  return Object.fromEntries(entries.filter(([id]) => !Object.hasOwn(old, id)));
};

const oneLine: Readonly<Record<string, string>> = {
  'words-of-the-line': fenced('text', differences(waiting, relaxed).join('\n')),
  'drawing-before': flowchart(waiting),
  'drawing-after': flowchart(relaxed),
  'role-before': yaml(roleOf(waiting, 'checkout')),
  'role-after': yaml(roleOf(relaxed, 'checkout')),
  'trigger-after': yaml({ pack: { events: compile(relaxed, options).functions.pack?.events } }),
  'template-after': yaml(added(waiting, relaxed)),
};

/** What the pages and pictures of this package should contain: their text comes from the code that they describe. */
export const generatedBlocks = async (): Promise<{
  readonly pages: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly pictures: Readonly<Record<string, string>>;
}> => ({
  pages: {
    'README.md': oneLine,
    'examples/alexa/README.md': {
      'from-sync-to-push': fenced('text', differences(alexa.sync, alexa.push).join('\n')),
      ...Object.fromEntries(Object.entries(alexa).map(([name, network]) => [`drawing-${name}`, flowchart(network)])),
    },
  },
  pictures: Object.fromEntries(
    await Promise.all(
      Object.entries(alexa).map(async ([name, network]) => [
        `examples/alexa/${name}.svg`,
        await svg(network, { title: `The ${name} network` }),
      ]),
    ),
  ),
});
