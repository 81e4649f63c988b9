/** The laptop's stage: what `npm start` runs. */
export const LOCAL_STAGE = 'local';

/** What an SDK client needs to reach a stage. On AWS the credentials are found where the SDK looks for them. */
export interface ClientSettings {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/**
 * Where a stage's services are: `local` on this machine (LOCAL_AWS_PORT, or AWS_ENDPOINT_URL), every other on AWS.
 *
 * @example
 * const client = new SQSClient(clientSettings({ stage: 'local' }));
 */
export function clientSettings(
  { stage, region }: { stage: string; region?: string | undefined },
  env: NodeJS.ProcessEnv = process.env,
): ClientSettings {
  const where = { region: region ?? env.AWS_REGION ?? 'eu-west-1' };
  if (stage !== LOCAL_STAGE) return where;
  return {
    ...where,
    endpoint: env.AWS_ENDPOINT_URL ?? `http://127.0.0.1:${env.LOCAL_AWS_PORT ?? '4566'}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}

/** Does what is to be done there. Throws what `work` throws, and an Error that says what to do where no arcade listens. */
export async function atStage<T>({ endpoint }: ClientSettings, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isGone = endpoint !== undefined && (error as { code?: unknown }).code === 'ECONNREFUSED';
    throw isGone ? new Error(`No arcade runs at ${endpoint}: npm start`, { cause: error }) : error;
  }
}
