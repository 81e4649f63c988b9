import { type ComposedService, dependenciesOf, findComposeFolder, readCompose, resolveParams } from '../compose.ts';
import { listStacks, putStack } from './client.ts';

/**
 * Provisions the services that the one in `serviceDir` depends on in serverless-compose.yml, without their functions;
 * what stands already is left as it is. Gives the params that compose would pass; none for a service that is not there.
 * Throws Refused, ComposeError, or CompileError with osls's output.
 */
export async function provisionDependencies(
  url: string,
  serviceDir: string,
  stage: string,
): Promise<Record<string, string>> {
  const composeFolder = findComposeFolder(serviceDir);
  const services = composeFolder === undefined ? [] : readCompose(composeFolder);
  const self = services.find(({ folder }) => folder === serviceDir);
  if (!self || self.dependsOn.length === 0) return {};

  const standing = new Map((await listStacks(url)).map((stack) => [stack.stackName, stack.outputs]));
  const outputs = new Map<string, Record<string, string>>();
  for (const service of dependenciesOf(services, self.name)) {
    const found = standing.get(`${service.name}-${stage}`);
    outputs.set(service.name, found ?? (await provision(url, service, stage, resolveParams(service, outputs))));
  }
  return resolveParams(self, outputs);
}

async function provision(
  url: string,
  service: ComposedService,
  stage: string,
  params: Record<string, string>,
): Promise<Record<string, string>> {
  // Loaded only here: most services depend on none.
  const { compileTemplate } = await import('../build/compile.ts');
  const { stackName, template } = await compileTemplate(service.folder, { stage, params });
  return (await putStack(url, stackName, { template })).outputs;
}
