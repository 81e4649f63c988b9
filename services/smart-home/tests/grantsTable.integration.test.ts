import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sealedTokens } from '../domain/grants.ts';
import { createSafe } from '../outside/safe.ts';
import { createGrantsTable } from '../storage/grantsTable.ts';
import { type Storage, startStorage } from './aws.ts';
import { grantOf } from './grants.ts';
import { NOW_MS } from './parts.ts';

let storage: Storage;
let kms: KMSClient;
beforeAll(async () => {
  storage = await startStorage();
  kms = new KMSClient(storage.aws.rootClientConfig);
  await storage.aws.cloud.stacks.deploy({
    stackName: 'key',
    template: {
      Resources: {
        Key: { Type: 'AWS::KMS::Key', Properties: {} },
        Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/grants', TargetKeyId: { Ref: 'Key' } } },
      },
    },
  });
});
afterAll(async () => {
  kms.destroy();
  await storage.stop();
});

const tableOf = () => createGrantsTable(storage.client, storage.nameOf('grants'));

describe('the table of grants', () => {
  it('lets one at a time fetch tokens, and another when that one’s time is over', async () => {
    const table = tableOf();
    const grant = grantOf(NOW_MS, { account: 'leased' });
    await table.put(grant);

    const taken = await Promise.all(Array.from({ length: 5 }, () => table.lease(grant, NOW_MS, NOW_MS + 2000)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await table.lease(grant, NOW_MS + 1999, NOW_MS + 4000)).toBe(false);
    expect(await table.lease(grant, NOW_MS + 2000, NOW_MS + 4000)).toBe(true);
    // The first one fails at last, which ends its own lease only.
    await table.release(grant, NOW_MS + 2000);
    expect(await table.find('leased')).toMatchObject({ refreshingUntilMs: NOW_MS + 4000 });
    await table.release(grant, NOW_MS + 4000);
    expect(await table.find('leased')).toEqual(grant);

    expect(await table.renew(grant, { expiresAtMs: NOW_MS + 3_600_000 })).toBe(true);
    expect(await table.find('leased')).toEqual({ ...grant, expiresAtMs: NOW_MS + 3_600_000 });
    // Who has read it before the renewal would fetch another.
    expect(await table.lease(grant, NOW_MS + 5000, NOW_MS + 7000)).toBe(false);
  });

  it('keeps a new grant from what is said of the one before', async () => {
    const table = tableOf();
    const before = grantOf(NOW_MS, { account: 'again' });
    const after = { ...before, grantId: 'grant-2', sealed: { access: 'new', refresh: 'new' } };
    await table.put(before);
    await table.put(after);

    expect(await table.renew(before, { sealed: { access: 'old', refresh: 'old' } })).toBe(false);
    expect(await table.lease(before, NOW_MS, NOW_MS + 1)).toBe(false);
    expect(await table.remove(before)).toBe(false);
    expect(await table.find('again')).toEqual(after);
    expect(await table.remove(after)).toBe(true);
    expect(await table.find('again')).toBeUndefined();
  });

  it('holds tokens that the key alone opens, for that customer and as what they are', async () => {
    const safe = createSafe(kms, 'alias/grants');
    const tokens = { access: 'Atza|access-token-of-ann', refresh: 'Atzr|refresh-token-of-ann' };
    const sealed = await sealedTokens(safe, 'ann', tokens);
    await tableOf().put(grantOf(NOW_MS, { sealed }));

    const { Item } = await storage.client.send(
      new GetItemCommand({ TableName: storage.nameOf('grants'), Key: { account: { S: 'ann' } } }),
    );
    expect(JSON.stringify(Item)).toContain(sealed.refresh);
    const seen = `${JSON.stringify(Item)}${Buffer.from(sealed.access, 'base64').toString('latin1')}${JSON.stringify(storage.aws.journal())}`;
    expect(seen).not.toMatch(/token-of-ann/);
    const kept = (await tableOf().find('ann'))?.sealed;
    expect(await safe.open('ann', 'refresh', kept?.refresh ?? '')).toBe(tokens.refresh);
    await expect(safe.open('eve', 'refresh', sealed.refresh)).rejects.toThrow(/InvalidCiphertext|UnknownError/);
    await expect(safe.open('ann', 'access', sealed.refresh)).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
  });
});
