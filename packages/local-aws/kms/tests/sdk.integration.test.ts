import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CancelKeyDeletionCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  InvalidCiphertextException,
  KMSClient,
  ListAliasesCommand,
  NotFoundException,
} from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../testkit/index.ts';

const ALIAS = 'alias/house-grants';
const DAY_MS = 86_400_000;
const SECRET = 'Atza|the-access-token';
const CONTEXT = { account: 'ada', purpose: 'grant' };

/** A key with a name, and a role called `dispatcher` with these statements. */
const template = (key: object = {}, statements: object[] = []) => ({
  Resources: {
    Key: { Type: 'AWS::KMS::Key', Properties: { Description: 'grants', ...key } },
    Name: { Type: 'AWS::KMS::Alias', Properties: { AliasName: ALIAS, TargetKeyId: { Ref: 'Key' } } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'dispatcher',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        },
        Policies: statements.length
          ? [{ PolicyName: 'uses', PolicyDocument: { Version: '2012-10-17', Statement: statements } }]
          : [],
      },
    },
  },
  Outputs: { Id: { Value: { Ref: 'Key' } }, Arn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
});

let stateFolder: string;
let aws: LocalAws;
let kms: KMSClient;

const start = async () => {
  aws = await startLocalAws({ stateFolder });
  kms = new KMSClient({ ...aws.rootClientConfig, maxAttempts: 1 });
};
const stop = async () => {
  kms.destroy();
  await aws.idle();
  await aws.stop();
};
const deploy = async (wanted: object) => {
  const { outputs } = await aws.cloud.stacks.deploy({ stackName: 'house', template: wanted });
  return { id: outputs.Id ?? '', arn: outputs.Arn ?? '' };
};
const asDispatcher = () => {
  const { accessKeyId, secretAccessKey, sessionToken } = aws.cloud.iam.credentialsFor(
    'arn:aws:iam::000000000000:role/dispatcher',
  );
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  return new KMSClient({ ...aws.rootClientConfig, maxAttempts: 1, credentials });
};
const encrypted = async (text: string, context: Record<string, string> = CONTEXT, client = kms, KeyId = ALIAS) => {
  const Plaintext = Buffer.from(text);
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext: context }));
  return CiphertextBlob ?? new Uint8Array();
};
const decrypted = async (CiphertextBlob: Uint8Array, context: Record<string, string> = CONTEXT, client = kms) => {
  const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }));
  return Buffer.from(Plaintext ?? []).toString();
};
const stateOf = async (KeyId: string) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'keys-'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(stateFolder, { recursive: true });
});

describe('a key', () => {
  it('decrypts what it has encrypted, after a restart too, and neither journal nor ciphertext says what', async () => {
    const { id, arn } = await deploy(template());
    const blob = await encrypted(SECRET);
    const again = await encrypted(SECRET);

    await stop();
    await start();

    expect(await decrypted(blob, { purpose: 'grant', account: 'ada' })).toBe(SECRET);
    expect(Buffer.from(again).equals(blob)).toBe(false);
    const told = `${Buffer.from(blob).toString('latin1')}${JSON.stringify(aws.journal())}`;
    for (const text of [SECRET, Buffer.from(SECRET).toString('base64')]) expect(told).not.toContain(text);
    expect(aws.journal()).toContainEqual(
      expect.objectContaining({ service: 'kms', action: 'Decrypt', to: arn, outcome: 'ok' }),
    );
    expect((await kms.send(new DescribeKeyCommand({ KeyId: ALIAS }))).KeyMetadata).toEqual({
      AWSAccountId: '000000000000',
      KeyId: id,
      Arn: arn,
      CreationDate: new Date('2030-01-01T00:00:00Z'),
      Enabled: true,
      Description: 'grants',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: false,
    });
    expect((await kms.send(new ListAliasesCommand({ KeyId: id }))).Aliases).toEqual([
      { AliasName: ALIAS, AliasArn: `arn:aws:kms:eu-west-1:000000000000:${ALIAS}`, TargetKeyId: id },
    ]);
  });

  it('refuses a ciphertext under another context, without one, changed, or of another key', async () => {
    await deploy(template());
    const blob = await encrypted(SECRET);
    const other = await aws.cloud.stacks.deploy({
      stackName: 'other',
      template: {
        Resources: { Key: { Type: 'AWS::KMS::Key', Properties: {} } },
        Outputs: { Id: { Value: { Ref: 'Key' } } },
      },
    });

    const others: Record<string, string>[] = [{ ...CONTEXT, account: 'eve' }, { account: 'ada' }, {}];
    for (const context of others) await expect(decrypted(blob, context)).rejects.toThrow(InvalidCiphertextException);
    for (const index of [0, 20, 40, 60, blob.length - 1]) {
      const changed = Uint8Array.from(blob, (byte, at) => (at === index ? byte ^ 1 : byte));
      await expect(decrypted(changed)).rejects.toThrow(InvalidCiphertextException);
    }
    await expect(decrypted(Buffer.from('no ciphertext at all'))).rejects.toThrow(InvalidCiphertextException);
    const byOther = { CiphertextBlob: blob, EncryptionContext: CONTEXT, KeyId: other.outputs.Id };
    await expect(kms.send(new DecryptCommand(byOther))).rejects.toMatchObject({ name: 'IncorrectKeyException' });
  });

  it('gives data keys, in the clear once, and what decrypts to them', async () => {
    await deploy(template());

    const { Plaintext = new Uint8Array(), CiphertextBlob = new Uint8Array() } = await kms.send(
      new GenerateDataKeyCommand({ KeyId: ALIAS, KeySpec: 'AES_256', EncryptionContext: CONTEXT }),
    );
    const { Plaintext: back } = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: CONTEXT }));

    expect(Plaintext).toHaveLength(32);
    expect(back).toEqual(Plaintext);
  });

  it('that is rotated encrypts with something new after a year, and still decrypts the old', async () => {
    const { id } = await deploy(template({ EnableKeyRotation: true }));
    const materialOf = (blob: Uint8Array) => Buffer.from(blob.subarray(17, 33)).toString('hex');
    const first = await encrypted(SECRET);
    await aws.advance(364 * DAY_MS);
    const stillFirst = await encrypted(SECRET);
    await aws.advance(DAY_MS);
    const second = await encrypted(SECRET, CONTEXT, kms, id);

    expect(materialOf(stillFirst)).toBe(materialOf(first));
    expect(materialOf(second)).not.toBe(materialOf(first));
    expect([await decrypted(first), await decrypted(second)]).toEqual([SECRET, SECRET]);
  });

  it('does nothing while it is disabled', async () => {
    const { arn } = await deploy(template());
    const blob = await encrypted(SECRET);

    await kms.send(new DisableKeyCommand({ KeyId: arn }));
    await expect(decrypted(blob)).rejects.toMatchObject({ name: 'DisabledException', message: `${arn} is disabled.` });
    await kms.send(new EnableKeyCommand({ KeyId: arn }));

    expect(await decrypted(blob)).toBe(SECRET);
  });

  it('waits thirty days when its stack is gone, comes back if somebody says so, and is gone for good after that', async () => {
    const { id, arn } = await deploy(template());
    const blob = await encrypted(SECRET);
    await aws.cloud.stacks.remove('house');

    expect(await stateOf(id)).toBe('PendingDeletion');
    await expect(decrypted(blob)).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
    await expect(encrypted(SECRET)).rejects.toThrow(`Alias arn:aws:kms:eu-west-1:000000000000:${ALIAS} is not found.`);
    await kms.send(new CancelKeyDeletionCommand({ KeyId: id }));
    await kms.send(new EnableKeyCommand({ KeyId: id }));
    expect(await decrypted(blob)).toBe(SECRET);

    const next = await deploy(template());
    expect(next.id).not.toBe(id);
    const doomed = await encrypted(SECRET);
    await aws.cloud.stacks.remove('house');
    await aws.advance(30 * DAY_MS);
    await expect(decrypted(doomed)).rejects.toThrow(NotFoundException);
    expect(await decrypted(blob)).toBe(SECRET);
    expect(arn).toBe(`arn:aws:kms:eu-west-1:000000000000:key/${id}`);
  });

  it.each([
    ['no such id', 'no-such-key', "Key 'arn:aws:kms:eu-west-1:000000000000:key/no-such-key' does not exist"],
    ['what is no id', 'a b', "Invalid keyId 'a b'"],
  ])('is not found by %s', async (_case, KeyId, message) => {
    await expect(encrypted(SECRET, CONTEXT, kms, KeyId)).rejects.toMatchObject({ name: 'NotFoundException', message });
  });

  it('takes 4096 bytes and no more', async () => {
    await deploy(template());

    expect(await decrypted(await encrypted('x'.repeat(4096)))).toHaveLength(4096);
    await expect(encrypted('x'.repeat(4097))).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('who may use a key', () => {
  const uses = (more: object = {}) => ({
    Effect: 'Allow',
    Action: ['kms:Encrypt', 'kms:Decrypt'],
    Resource: { 'Fn::GetAtt': ['Key', 'Arn'] },
    ...more,
  });
  const EVERYTHING = 'arn:aws:iam::000000000000:root';
  const keyPolicy = (...Statement: object[]) => ({ KeyPolicy: { Version: '2012-10-17', Statement } });
  const administrator = (more: object = {}) => ({
    Effect: 'Allow',
    Principal: { AWS: EVERYTHING },
    Action: 'kms:*',
    Resource: '*',
    ...more,
  });

  it('is whom a role lets, where the key leaves it to the account, and by the context that it names', async () => {
    const byAda = { StringEquals: { 'kms:EncryptionContext:account': 'ada' } };
    const { arn } = await deploy(template({}, [uses({ Condition: byAda })]));
    const dispatcher = asDispatcher();

    expect(await decrypted(await encrypted(SECRET, CONTEXT, dispatcher), CONTEXT, dispatcher)).toBe(SECRET);
    const eves = await encrypted(SECRET, { account: 'eve' });
    await expect(decrypted(eves, { account: 'eve' }, dispatcher)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`not authorized to perform: kms:Decrypt on resource: ${arn}`),
    });
    expect(aws.journal()).toContainEqual(
      expect.objectContaining({
        outcome: 'error',
        detail: { action: 'kms:Decrypt', resource: arn, role: 'arn:aws:iam::000000000000:role/dispatcher' },
      }),
    );
    dispatcher.destroy();
  });

  it('is nobody by a role alone, where the key leaves only its administration to the account', async () => {
    const manages = administrator({ Action: ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'] });
    await deploy(template(keyPolicy(manages), [uses()]));
    const dispatcher = asDispatcher();
    await expect(encrypted(SECRET, CONTEXT, dispatcher)).rejects.toThrow(/no resource-based policy allows/);

    const named = { ...administrator(), Principal: { AWS: 'arn:aws:iam::000000000000:role/dispatcher' } };
    await deploy(template(keyPolicy(manages, named)));

    expect(await encrypted(SECRET, CONTEXT, dispatcher)).toBeInstanceOf(Uint8Array);
    dispatcher.destroy();
  });

  it('may not be shut out for good: a policy that nobody could change again is refused', async () => {
    const nobody = keyPolicy(administrator({ Action: 'kms:Decrypt' }));

    await expect(deploy(template(nobody))).rejects.toThrow(/will not allow you to update the key policy/);
    await deploy(template({ ...nobody, BypassPolicyLockoutSafetyCheck: true }));
  });
});

it('keeps the material where nobody but the owner reads', async () => {
  await deploy(template());
  await stop();

  const folder = join(stateFolder, 'stacks');
  const modes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).mode));
  expect(modes.length).toBeGreaterThan(0);
  for (const mode of modes) expect(mode & 0o077).toBe(0);
  await start();
});
