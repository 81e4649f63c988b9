import type { Account } from '../plugin/serverlessTypes.ts';
import type { Template } from '../template.ts';
import type { StackResource } from './removalPlan.ts';

/** What CloudFormation answers of a name that no stack has: a ValidationError, as of much else. */
const NO_STACK = /does not exist/;

/** Few commands ask: the others do not load the client. */
const load = () => import('@aws-sdk/client-cloudformation');

type Sdk = Awaited<ReturnType<typeof load>>;
type Client = InstanceType<Sdk['CloudFormationClient']>;

/** A stack's outputs, by name; undefined when there is no such stack. Throws what CloudFormation refuses. */
export function outputsOf(account: Account, stackName: string): Promise<Record<string, string> | undefined> {
  return asked(account, async ({ DescribeStacksCommand }, client) => {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const entries = (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
    return stack && Object.fromEntries(entries);
  });
}

/** What a stack consists of, and the template that it was deployed by; undefined when there is no such stack. Throws what CloudFormation refuses. */
export function deployedStack(
  account: Account,
  stackName: string,
): Promise<{ resources: StackResource[]; template: Template } | undefined> {
  return asked(account, async ({ GetTemplateCommand, paginateListStackResources }, client) => {
    const resources: StackResource[] = [];
    for await (const { StackResourceSummaries = [] } of paginateListStackResources(
      { client },
      { StackName: stackName },
    )) {
      for (const {
        LogicalResourceId = '',
        ResourceType = '',
        PhysicalResourceId,
        ResourceStatus,
      } of StackResourceSummaries) {
        // One that was never made has no id, and one that has gone is still listed for a while.
        if (PhysicalResourceId && ResourceStatus !== 'DELETE_COMPLETE')
          resources.push({ logicalId: LogicalResourceId, type: ResourceType, id: PhysicalResourceId });
      }
    }
    const { TemplateBody = '{"Resources":{}}' } = await client.send(new GetTemplateCommand({ StackName: stackName }));
    return { resources, template: JSON.parse(TemplateBody) as Template };
  });
}

async function asked<T>(
  account: Account,
  question: (sdk: Sdk, client: Client) => Promise<T | undefined>,
): Promise<T | undefined> {
  const sdk = await load();
  const client = new sdk.CloudFormationClient(await account.getAwsSdkV3Config());
  try {
    return await question(sdk, client);
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError' && NO_STACK.test(error.message)) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
