import { compileTemplate } from '../packages/local-aws/build/compile.ts';
import { type ComposedService, readCompose, resolveParams } from '../packages/local-aws/compose.ts';
import { createCloud } from '../packages/local-aws/index.ts';
import type { CloudFormationTemplate } from '../packages/networks/index.ts';
import { type FloorGraph, type WireGraph, wireGraphOf } from '../packages/networks/wire/index.ts';
import { findServices, ROOT } from './workspace.ts';

/** The graphs do not depend on it; `dev` is what would be deployed first. */
const STAGE = 'dev';

/** The graph of each service's network, from its template as it is compiled; without ARNs, for nothing runs. */
export function serviceGraphs(): Promise<WireGraph[]> {
  return Promise.all(
    findServices().map(async ({ name, folder }) => {
      const { template } = await compileTemplate(folder, { stage: STAGE });
      return wireGraphOf(template as unknown as CloudFormationTemplate, { service: name });
    }),
  );
}

/**
 * The networks of all services as one, as serverless-compose.yml wires them; without ARNs, for nothing runs. What one gives to
 * another is known when both are deployed: here to a local-aws of its own, which keeps nothing and runs no function.
 */
export async function floorGraph(): Promise<FloorGraph> {
  const cloud = await createCloud({ port: 0 });
  try {
    const deployed = new Map<string, Promise<Record<string, string>>>();
    const deploy = async (service: ComposedService) => {
      const needed = service.dependsOn.map(async (name) => [name, (await deployed.get(name)) ?? {}] as const);
      const params = resolveParams(service, new Map(await Promise.all(needed)));
      const { stackName, template } = await compileTemplate(service.folder, { stage: 'local', params });
      return (await cloud.stacks.deploy({ stackName, template })).outputs;
    };
    // Each comes after those that it depends on.
    for (const service of readCompose(ROOT)) deployed.set(service.name, deploy(service));
    await Promise.all(deployed.values());
    const floor = (await (await fetch(`${cloud.endpoint}/_local/graph`)).json()) as FloorGraph;
    return { ...floor, nodes: floor.nodes.map((node) => ({ ...node, arns: [] })) };
  } finally {
    await cloud.close();
  }
}
