import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdminAddUserToGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect, it } from '@jest/globals';
import { GAMERS } from '../domain/ports.ts';
import { createPoolGroups } from '../storage/poolGroups.ts';

it('puts a user of one pool into a group of it', async () => {
  const sent: unknown[] = [];
  const client = { send: async ({ input }: AdminAddUserToGroupCommand) => void sent.push(input) };

  await createPoolGroups(client as never).add({ userPoolId: 'eu-west-1_A', username: 'Ada', group: 'gamer' });

  expect(sent).toEqual([{ UserPoolId: 'eu-west-1_A', Username: 'Ada', GroupName: 'gamer' }]);
});

it('lets what the pool refuses escape, so that the pool hears of it', async () => {
  const client = { send: () => Promise.reject(new Error('throttled')) };

  const adding = createPoolGroups(client as never).add({ userPoolId: 'p', username: 'Ada', group: 'gamer' });

  await expect(adding).rejects.toThrow('throttled');
});

it('everybody is put into a group that the template has', () => {
  const template = readFileSync(join(import.meta.dirname, '../resources/userPool.yml'), 'utf8');

  expect(template).toContain(`GroupName: ${GAMERS}\n`);
});
