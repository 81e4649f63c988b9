import { composeEntries, fillReferences, referencesIn } from '../../packages/compose/index.ts';
import { type CompiledTemplate, compileTemplate } from '../../packages/local-aws/build/compile.ts';
import { type CloudFormationTemplate, type Network, readTemplate } from '../../packages/networks/index.ts';
import { drawingsOf } from '../diagrams.ts';
import { findServices, ROOT, type Service } from '../workspace.ts';
import { type ContractUse, contractUse } from './codeUse.ts';

/** The channels do not depend on it; it stands in names, and is taken out of them again. */
export const STAGE = 'dev';

/** A channel that another service gives out: what stands in a param for it is told apart from all other names. */
interface Given {
  service: string;
  logicalId: string;
}

/** All that is known of a service: what its template says, and what its code does. */
export interface KnownService {
  name: string;
  template: CloudFormationTemplate;
  network: Network;
  logicalIds: ReadonlyMap<string, readonly string[]>;
  /** What each function does with contracts, by the node's name. */
  use: ReadonlyMap<string, ContractUse>;
  /** Of the nodes that another service holds, which it is. */
  given: ReadonlyMap<string, Given>;
}

type Templates = ReadonlyMap<string, CompiledTemplate>;

/** The types of channels that services give each other, and what a param says of one by the name. */
const GIVEN: Readonly<Record<string, (name: string) => string>> = {
  'AWS::SNS::Topic': (name) => `arn:aws:sns:eu-west-1:000000000000:${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:eu-west-1:000000000000:${name}`,
  'AWS::Kinesis::Stream': (name) => `arn:aws:kinesis:eu-west-1:000000000000:stream/${name}`,
  'AWS::Events::EventBus': (name) => name,
};

/** The resource whose ARN or name an output is. */
function resourceOf(template: CloudFormationTemplate & { Outputs?: unknown }, output: string): string | undefined {
  const value = (template.Outputs as Record<string, { Value?: unknown }> | undefined)?.[output]?.Value;
  const { Ref, 'Fn::GetAtt': attribute } = (value ?? {}) as { Ref?: string; 'Fn::GetAtt'?: string[] };
  return Ref ?? (attribute?.[1] === 'Arn' ? attribute[0] : undefined);
}

/** The params of a service that other services' channels stand in, each under a name of its own, and whose they are. */
function paramsOf(service: Service, templates: Templates) {
  const { params = {} } = composeEntries(ROOT).find(({ name }) => name === service.name) ?? {};
  const given = new Map<string, Given>();
  const values = Object.entries(params).flatMap(([param, text]) => {
    const isWhole = referencesIn(text).length === 1;
    let isChannel = isWhole;
    const value = fillReferences(text, (giver, output) => {
      const template = templates.get(giver)?.template as CloudFormationTemplate | undefined;
      const logicalId = template && resourceOf(template, output);
      const arnOf = GIVEN[template?.Resources[logicalId ?? '']?.Type ?? ''];
      if (logicalId === undefined || arnOf === undefined) {
        isChannel = false;
        return '';
      }
      const name = `given${given.size}`;
      given.set(name, { service: giver, logicalId });
      // A bus that is another's is a node of this name.
      given.set(`${name}Bus`, { service: giver, logicalId });
      return arnOf(name);
    });
    return isChannel ? [[param, value] as const] : [];
  });
  return { params: Object.fromEntries(values), given };
}

async function knownService(service: Service, templates: Templates): Promise<KnownService> {
  const { params, given } = paramsOf(service, templates);
  const compiled =
    Object.keys(params).length > 0
      ? await compileTemplate(service.folder, { stage: STAGE, params })
      : (templates.get(service.name) as CompiledTemplate);
  const template = compiled.template as unknown as CloudFormationTemplate;
  const read = readTemplate(template);
  const drawings = await drawingsOf(service);
  const files = await contractUse(service.folder, compiled);
  const nodeOf = (functionName: string) =>
    [...read.logicalIds].find(([, ids]) =>
      ids.some((id) => template.Resources[id]?.Properties?.FunctionName === functionName),
    )?.[0] ?? functionName;
  const use = Object.entries(compiled.handlers).flatMap(([functionName, handler]) => {
    const found = files.get(/([^/]+)\.\w+$/.exec(handler)?.[1] ?? '');
    return found ? [[nodeOf(functionName), found] as const] : [];
  });
  return {
    name: service.name,
    template,
    // What is put together from patterns says which contracts go along its edges; a template does not.
    network: drawings?.networks[drawings.deployed] ?? read.network,
    logicalIds: read.logicalIds,
    use: new Map(use),
    given,
  };
}

/** All services there are, wired with each other as serverless-compose.yml says. */
export async function knownServices(services = findServices()): Promise<KnownService[]> {
  const compiled = await Promise.all(
    services.map(async ({ name, folder }) => [name, await compileTemplate(folder, { stage: STAGE })] as const),
  );
  const templates = new Map(compiled);
  return Promise.all(services.map((service) => knownService(service, templates)));
}
