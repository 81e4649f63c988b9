import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

/** How long a secret that was read is taken for the one that counts, milliseconds: so long after a change the former one is used. */
const KEEP_MS = 5 * 60_000;

/**
 * A secret of Parameter Store (SecureString), asked for when it is first wanted, and again when it is five minutes old. Many who want it at
 * once ask once; what has failed is asked for again. Rejects with the SDK's error, and with an Error where the parameter is empty.
 *
 * @example
 * const pushSecret = createSecret(new SSMClient(), env.PUSH_SECRET_NAME);
 * const digest = createHmac('sha256', await pushSecret());
 */
export function createSecret(
  client: Pick<SSMClient, 'send'>,
  Name: string,
  { now = Date.now }: { now?: () => number } = {},
): () => Promise<string> {
  let kept: { value: Promise<string>; readAtMs: number } | undefined;

  const read = async (): Promise<string> => {
    const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }));
    if (!Parameter?.Value) throw new Error(`the parameter ${Name} is empty`);
    return Parameter.Value;
  };

  return async () => {
    if (kept && now() - kept.readAtMs < KEEP_MS) return kept.value;
    const reading = { value: read(), readAtMs: now() };
    kept = reading;
    try {
      return await reading.value;
    } catch (error) {
      if (kept === reading) kept = undefined;
      throw error;
    }
  };
}
