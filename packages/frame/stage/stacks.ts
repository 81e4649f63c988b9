import type { Provider } from '../plugin/serverlessTypes.ts';

/** What CloudFormation answers of a name that no stack has: a ValidationError, as of much else. */
const NO_STACK = /does not exist/;

/** A stack's outputs, by name; undefined when there is no such stack. Throws what CloudFormation refuses. */
export async function outputsOf(provider: Provider, stackName: string): Promise<Record<string, string> | undefined> {
  // Few commands ask: the others do not load a client.
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(await provider.getAwsSdkV3Config());
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    if (!stack) return undefined;
    const entries = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
    return Object.fromEntries(entries);
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError' && NO_STACK.test(error.message)) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
