import { compile, differences, type Network } from '@arcade/networks';
import { mermaid } from '@arcade/networks/draw';
import { relaxed, waiting } from './shop.ts';
import { fenced, gained, yaml } from './walk.ts';

const options = { service: 'shop', stage: 'dev' } as const;

const flowchart = (network: Network): string => fenced('mermaid', mermaid(network));

const roleOf = (network: Network, name: string): unknown => {
  const config = compile(network, options).functions[name];
  return { [name]: { environment: config?.environment, iamRoleStatements: config?.iamRoleStatements } };
};

const resourcesOf = (network: Network) => compile(network, options).resources.Resources;

const oneLine: Readonly<Record<string, string>> = {
  'words-of-the-line': fenced('text', differences(waiting, relaxed).join('\n')),
  'drawing-before': flowchart(waiting),
  'drawing-after': flowchart(relaxed),
  'role-before': yaml(roleOf(waiting, 'checkout')),
  'role-after': yaml(roleOf(relaxed, 'checkout')),
  'trigger-after': yaml({ pack: { events: compile(relaxed, options).functions.pack?.events } }),
  'template-after': yaml(gained(resourcesOf(waiting), resourcesOf(relaxed))),
};

/** What the package's README should contain: its text comes from the code that it describes. */
export const generatedBlocks = oneLine;
