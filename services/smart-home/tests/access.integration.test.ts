import { fixturesOf, type LocalAws, PATIENCE_MS, type Template } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HomeSystem, SERVICE_FOLDER, startHome, type TestHome } from './aws.ts';

/** What is taken from each function's role, and by the journal it is missed: one edge of each kind. */
const TAKEN = {
  entrypoint: ['sns:Publish', 'kms:Encrypt'],
  syncProcessor: ['sqs:SendMessage'],
  asyncProcessor: ['dynamodb:PutItem'],
  optimisticProcessor: ['scheduler:CreateSchedule'],
  poller: ['dynamodb:GetItem'],
  changed: ['ssm:GetParameter'],
  dispatcher: ['kms:Decrypt'],
} as const;

const idOf = (name: string, ending: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}${ending}`;

interface Statement {
  Action: string | string[];
}

/** Takes an action out of a role, whatever it is allowed on. */
function take({ Resources }: Template, name: string, action: string): void {
  const { Policies } = Resources[idOf(name, 'IamRoleLambdaExecution')]?.Properties ?? {};
  const { PolicyDocument } = Policies[0];
  const all = PolicyDocument.Statement as Statement[];
  PolicyDocument.Statement = all
    .map((statement) => ({ ...statement, Action: [statement.Action].flat().filter((one) => one !== action) }))
    .filter(({ Action }) => Action.length > 0);
}

let system: HomeSystem;
let home: TestHome;
let aws: LocalAws;

const redeploy = (transform: (template: Template) => void) =>
  aws.deploy(SERVICE_FOLDER, { params: { network: 'home', deferredAnswerSeconds: '30' }, transform });

/** What was refused since: `sns:Publish`, as the refusals themselves say it. */
const refusedSince = (seq: number) =>
  aws
    .journal(seq)
    .flatMap(({ outcome, error }) =>
      outcome === 'error' ? (/not authorized to perform: ([\w:]+)/.exec(error?.message ?? '')?.[1] ?? []) : [],
    );

beforeAll(async () => {
  system = await startHome();
  aws = system.aws;
  home = await system.enter();
  await redeploy((template) => {
    for (const [name, actions] of Object.entries(TAKEN)) for (const action of actions) take(template, name, action);
  });
}, PATIENCE_MS);
afterAll(() => system?.stop());

describe('without what an edge gives its function', () => {
  it.each([
    ['syncProcessor', 'sqs:SendMessage'],
    ['asyncProcessor', 'dynamodb:PutItem'],
    ['optimisticProcessor', 'scheduler:CreateSchedule'],
    ['poller', 'dynamodb:GetItem'],
    ['dispatcher', 'kms:Decrypt'],
  ] as const)('%s is refused %s, and its message comes again', async (name, action) => {
    const fixtures = await fixturesOf(SERVICE_FOLDER);
    const { lastSeq } = aws.cloud.journal;

    const answer = await fixtures.play(aws, `${name}.json`, (text) =>
      text
        .replaceAll('\\"account\\":\\"ann\\"', `\\"account\\":\\"${home.homeId}\\"`)
        .replaceAll('1893456030000', String(aws.clock.now() + 30_000)),
    );

    expect(answer.batchItemFailures).toHaveLength(1);
    expect(refusedSince(lastSeq)).toContain(action);
  });

  it('entrypoint is refused sns:Publish, and says so to Alexa at once; kms:Encrypt, and keeps no grant', async () => {
    const { lastSeq } = aws.cloud.journal;

    await home.say('turn on the kitchen light');
    // What is said at one instant of virtual time is in no order.
    await aws.advance(50);
    await home.say('link my account');

    const { conversation } = (await home.ask('GET', '')).body;
    const types = conversation.map(
      ({ steps }: { steps: { message: { event: { payload: object } } }[] }) => steps[0]?.message.event.payload,
    );
    expect(types).toEqual([
      expect.objectContaining({ type: 'ACCEPT_GRANT_FAILED' }),
      expect.objectContaining({ type: 'INTERNAL_ERROR' }),
    ]);
    expect(refusedSince(lastSeq)).toEqual(expect.arrayContaining(['sns:Publish', 'kms:Encrypt']));
  });

  it('changed is refused ssm:GetParameter, and takes no push', async () => {
    const fixtures = await fixturesOf(SERVICE_FOLDER);
    const { lastSeq } = aws.cloud.journal;

    expect(await fixtures.play(aws, 'changed.json')).toMatchObject({ statusCode: 500 });
    expect(refusedSince(lastSeq)).toEqual(['ssm:GetParameter']);
  });
});

it('without what an edge gives a topic, a gateway or a queue nothing is deployed', async () => {
  const deployed = redeploy((template) => {
    take(template, 'giveUp', 'sqs:ReceiveMessage');
    delete template.Resources.SyncDirectivesQueuePolicy;
    delete template.Resources.ChangedLambdaPermissionHttpApi;
  });

  await expect(deployed).rejects.toThrow(/sns\.amazonaws\.com is not authorized to perform: sqs:SendMessage/);
  await expect(deployed).rejects.toThrow(/apigateway\.amazonaws\.com is not authorized to perform: lambda:Invoke/);
  await expect(deployed).rejects.toThrow(/sqs:ReceiveMessage/);
});
