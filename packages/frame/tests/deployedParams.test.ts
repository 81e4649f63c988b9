// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of serverless-compose.yml.
import { expect, it } from '@jest/globals';
import { deployedParams } from '../stage/deployedParams.ts';

const STACKS: Record<string, Record<string, string>> = {
  identity: { UserPoolArn: 'arn:pool', IssuerUrl: 'https://issuer' },
  mafia: {},
};
const entry = {
  name: 'lobby',
  params: { pool: '${identity.UserPoolArn}', both: '${identity.IssuerUrl}#${identity.UserPoolArn}', players: '8' },
};
const asked: string[] = [];
const ask = (service: string) => {
  asked.push(service);
  return Promise.resolve(STACKS[service]);
};
const paramsOf = (params: Record<string, string>, given: string[] = []) =>
  deployedParams({ entry: { name: 'lobby', params }, stage: 'dev', given: new Set(given) }, ask);

it('takes params from the stacks of the stage, and asks each stack once', async () => {
  asked.length = 0;

  expect(await paramsOf(entry.params)).toEqual({ pool: 'arn:pool', both: 'https://issuer#arn:pool', players: '8' });
  expect(asked).toEqual(['identity']);
});

it('neither asks for what somebody else gives nor gives it', async () => {
  asked.length = 0;

  expect(await paramsOf({ ...entry.params, bus: '${fakemon.BusName}' }, ['bus', 'pool', 'both'])).toEqual({
    players: '8',
  });
  expect(asked).toEqual([]);
});

it('says in one sentence all that is not there, and what must be deployed first', async () => {
  const params = { ...entry.params, bus: '${fakemon.BusName}', url: '${fakemon.Url}', topic: '${mafia.TopicArn}' };

  await expect(paramsOf(params)).rejects.toThrow(
    [
      "lobby takes at the stage 'dev':",
      '  bus, url from fakemon, which is not deployed',
      '  topic from mafia, whose stack has no output TopicArn',
      'Deploy first: npx sls deploy --stage dev in services/fakemon; npx sls deploy --stage dev in services/mafia.',
      'Or all, in their order: npm run deploy -- --stage dev. Or name what is to be taken: --param="<name>=<value>".',
    ].join('\n'),
  );
});
