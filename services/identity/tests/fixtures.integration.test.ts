import { fixturesOf } from '@arcade/local-aws/testkit';
import { AdminListGroupsForUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Arcade, PATIENCE_MS, SERVICE_FOLDER, startArcade } from './aws.ts';

let arcade: Arcade;
beforeAll(async () => {
  arcade = await startArcade();
}, PATIENCE_MS);
afterAll(() => arcade.stop());

it('each fixture makes its function do what it is there for', async () => {
  const { aws, owner, outputs } = arcade;
  const fixtures = await fixturesOf(SERVICE_FOLDER);
  const inPool = (text: string) => text.replace('eu-west-1_Abcdefghi', outputs.UserPoolId ?? '');

  expect((await fixtures.play(aws, 'checkNickname.json')).response).toEqual({
    ...{ autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: false },
  });

  await arcade.signUp('Ada_1815');
  // A second time changes nothing.
  expect((await fixtures.play(aws, 'welcome.json', inPool)).response).toEqual({});
  const user = { UserPoolId: outputs.UserPoolId, Username: 'ada_1815' };
  const { Groups = [] } = await owner.send(new AdminListGroupsForUserCommand(user));
  expect(Groups.map(({ GroupName }) => GroupName)).toEqual(['gamer']);

  expect(fixtures.left()).toEqual([]);
});
