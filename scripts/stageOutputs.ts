import { outputsOf } from '../packages/frame/stage/index.ts';
import { readCompose } from '../packages/local-aws/compose.ts';
import { readKeys } from '../packages/local-aws/keys.ts';
import { answers, listStacks } from '../packages/local-aws/plugin/client.ts';
import { defaultStateFolder } from '../packages/local-aws/stateFolder.ts';
import { clientSettings, LOCAL_STAGE } from './stageClients.ts';
import { ROOT } from './workspace.ts';

/** What a service's stack gives out; undefined: it is not deployed. */
export interface ServiceOutputs {
  service: string;
  outputs: Readonly<Record<string, string>> | undefined;
}

/**
 * What each service's stack gives out at a stage, in the order of serverless-compose.yml: `local` is asked of the local-aws that
 * runs on this machine, every other of CloudFormation. Throws an Error that says what to do where no arcade runs, and what CloudFormation refuses.
 */
export async function stageOutputs(stage: string, region?: string): Promise<ServiceOutputs[]> {
  const names = readCompose(ROOT).map(({ name }) => name);
  const settings = clientSettings({ stage, region });
  const ask =
    stage === LOCAL_STAGE && settings.endpoint !== undefined
      ? await localOutputs(settings.endpoint)
      : (stack: string) => outputsOf({ getAwsSdkV3Config: async () => settings }, stack);
  return Promise.all(
    names.map(async (service) => {
      const outputs = await ask(`${service}-${stage}`);
      return { service, outputs: outputs && openable(outputs) };
    }),
  );
}

/** A distribution of local-aws, which has no certificate: templates know of https alone. */
const LOCAL_SITE = /^https(?=:\/\/[^/]+\.cloudfront\.localhost(:|\/|$))/;

/** Outputs with the addresses under which they are to be opened. */
export const openable = (outputs: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, value.replace(LOCAL_SITE, 'http')]));

async function localOutputs(url: string): Promise<(stack: string) => Record<string, string> | undefined> {
  if (!(await answers(url))) throw new Error(`No arcade runs at ${url}: npm start`);
  const stacks = await listStacks({ url, secret: readKeys(defaultStateFolder(ROOT), url).secret });
  return (name) => stacks.find(({ stackName }) => stackName === name)?.outputs;
}

/** Somebody can open it, or call it. A queue's URL is an address for those who have credentials. */
const isAddress = (name: string, value: string) => /^(https?|wss?):\/\//.test(value) && !name.endsWith('QueueUrl');

/** The outputs that are addresses: what one looks for after a deployment. */
export function addressesIn(services: readonly ServiceOutputs[]): ServiceOutputs[] {
  return services.flatMap(({ service, outputs = {} }) => {
    const found = Object.entries(outputs).filter(([name, value]) => isAddress(name, value));
    return found.length > 0 ? [{ service, outputs: Object.fromEntries(found) }] : [];
  });
}

/** The outputs as lines, one below the other. */
export function asLines(services: readonly ServiceOutputs[]): string[] {
  const names = services.flatMap(({ outputs = {} }) => Object.keys(outputs));
  const width = Math.max(0, ...names.map((name) => name.length)) + 2;
  return services.flatMap(({ service, outputs }) => {
    if (outputs === undefined) return [`${service} is not deployed`];
    const lines = Object.entries(outputs).map(([name, value]) => `  ${name.padEnd(width)}${value}`);
    return [service, ...(lines.length > 0 ? lines : ['  gives nothing out'])];
  });
}
