import { randomBytes } from 'node:crypto';
import { GetParametersCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

/** What has to be said to have a secret: each question by what it is for. */
type Questions = Readonly<Record<string, string>>;

/** A secret that both sides know, the skill and what it calls or is called by. */
export interface Secret {
  /** The end of its parameters' names: `lwa-client`. */
  name: string;
  questions: Questions;
  /** Makes the text of answers; what was left out is generated. */
  textOf(answers: Readonly<Record<string, string | undefined>>): string;
}

const random = (bytes: number, encoding: BufferEncoding = 'base64url') => randomBytes(bytes).toString(encoding);

/** All there are. */
export const SECRETS: readonly Secret[] = [
  {
    name: 'lwa-client',
    questions: {
      clientId: "Login with Amazon: the skill's Alexa client id",
      clientSecret: "Login with Amazon: the skill's Alexa client secret",
    },
    textOf: ({
      clientId = `amzn1.application-oa2-client.${random(16, 'hex')}`,
      clientSecret = `amzn1.oa2-cs.v1.${random(32, 'hex')}`,
    }) => JSON.stringify({ clientId, clientSecret }),
  },
  {
    name: 'push-secret',
    questions: { text: 'The key that the vendor signs its pushes with' },
    textOf: ({ text = random(32) }) => text,
  },
  {
    name: 'hub-secret',
    questions: { text: "The key that opens hubs in customers' houses" },
    textOf: ({ text = random(32) }) => text,
  },
];

/** Who has secrets: the skill, and what plays its outside. */
export const SKILL = 'smart-home';
export const WORLD = 'smart-home-world';

/** Which secrets are put, and where. */
export interface Wanted {
  stage: string;
  /** Only the skill knows them: its outside is the real one. */
  isSkillOnly?: boolean;
  /** Those that are there are put anew. */
  isRenewal?: boolean;
  /** The key that seals them; left out, AWS's own for the account. */
  keyId?: string | undefined;
  /** Gets what somebody says, or undefined for what is to be generated. Left out: all is generated. */
  ask?(question: string): Promise<string | undefined>;
}

/** What became of a secret. */
export interface Put {
  name: string;
  outcome: 'made' | 'copied' | 'there' | 'differs';
}

/**
 * Puts the secrets that are not there as SecureStrings, the same ones for both sides, and leaves alone what is there. Gives what became of
 * each, and never what it says. Throws the SDK's errors.
 */
export async function putSecrets(client: SSMClient, wanted: Wanted): Promise<Put[]> {
  const services = wanted.isSkillOnly ? [SKILL] : [SKILL, WORLD];
  const pathsOf = ({ name }: Secret) => services.map((service) => `/${service}/${wanted.stage}/${name}`);
  const known = await read(client, SECRETS.flatMap(pathsOf));
  const put = async (Name: string, Value: string) => {
    const key = wanted.keyId !== undefined && { KeyId: wanted.keyId };
    const Overwrite = wanted.isRenewal ?? false;
    await client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite, ...key }));
  };
  const brought = async (secret: Secret): Promise<Put['outcome']> => {
    const paths = pathsOf(secret);
    const texts = paths.flatMap((path) => known.get(path) ?? []);
    const [first] = texts;
    if (first === undefined || wanted.isRenewal) {
      const text = secret.textOf(await answersTo(secret.questions, wanted.ask));
      for (const path of paths) await put(path, text);
      return 'made';
    }
    for (const path of paths) if (!known.has(path)) await put(path, first);
    if (texts.length < paths.length) return 'copied';
    return texts.every((text) => text === first) ? 'there' : 'differs';
  };
  const result: Put[] = [];
  for (const secret of SECRETS) result.push({ name: secret.name, outcome: await brought(secret) });
  return result;
}

async function read(client: SSMClient, Names: string[]): Promise<Map<string, string>> {
  const { Parameters = [] } = await client.send(new GetParametersCommand({ Names, WithDecryption: true }));
  return new Map(Parameters.flatMap(({ Name, Value }) => (Name && Value ? [[Name, Value] as const] : [])));
}

async function answersTo(questions: Questions, ask: Wanted['ask']): Promise<Record<string, string | undefined>> {
  const answers: Record<string, string | undefined> = {};
  for (const [of, question] of Object.entries(questions)) answers[of] = (await ask?.(question)) || undefined;
  return answers;
}
