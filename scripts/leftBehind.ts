import { DeleteParametersCommand, paginateGetParametersByPath, SSMClient } from '@aws-sdk/client-ssm';
import { deployedStack, removalPlan } from '../packages/frame/stage/index.ts';
import { SKILL, WORLD } from './secrets/secrets.ts';
import { clientSettings } from './stageClients.ts';

/** What stays in an account when a stage's stacks are gone. */
export interface LeftBehind {
  /** Services that have a stack. */
  standing: string[];
  /** What templates retain: `the-bucket (AWS::S3::Bucket) of space-invaders`. */
  retained: string[];
  /** Names of parameters that `npm run secrets` has put; no stack has them. */
  parameters: string[];
}

/** SSM deletes so many at once: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html */
const AT_ONCE = 10;

/** What will stay when these services' stacks are removed, asked while they stand. Throws what AWS refuses. */
export async function leftBehind(
  services: readonly string[],
  where: { stage: string; region: string | undefined },
): Promise<LeftBehind> {
  const settings = clientSettings(where);
  const stacks = await Promise.all(
    services.map(async (service) => {
      const stack = await deployedStack({ getAwsSdkV3Config: async () => settings }, `${service}-${where.stage}`);
      const { retained } = removalPlan(stack?.resources ?? [], stack?.template ?? { Resources: {} });
      return {
        service,
        isThere: stack !== undefined,
        left: retained.map(({ id, type }) => `${id} (${type}) of ${service}`),
      };
    }),
  );
  const ssm = new SSMClient(settings);
  const parameters: string[] = [];
  for (const service of [SKILL, WORLD].filter((name) => services.includes(name))) {
    for await (const page of paginateGetParametersByPath(
      { client: ssm },
      { Path: `/${service}/${where.stage}/`, Recursive: true },
    ))
      parameters.push(...(page.Parameters ?? []).flatMap(({ Name }) => Name ?? []));
  }
  ssm.destroy();
  return {
    standing: stacks.filter(({ isThere }) => isThere).map(({ service }) => service),
    retained: stacks.flatMap(({ left }) => left),
    parameters,
  };
}

/** Deletes parameters for good. Throws what SSM refuses. */
export async function removeParameters(
  names: readonly string[],
  where: { stage: string; region: string | undefined },
): Promise<void> {
  const ssm = new SSMClient(clientSettings(where));
  for (let at = 0; at < names.length; at += AT_ONCE)
    await ssm.send(new DeleteParametersCommand({ Names: names.slice(at, at + AT_ONCE) }));
  ssm.destroy();
}
