import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { LOCAL_ACCOUNT } from '../core/arn.ts';
import { checkedOperations } from '../core/checkedOperation.ts';
import { AwsError } from '../core/errors.ts';
import type { CallContext, Operation, Permission } from '../core/service.ts';
import { headOf, opened, sealed } from './cipher.ts';
import { aliasArn, type MasterKey, type MasterKeys } from './masterKeys.ts';
import { viaService } from './policies.ts';

const operation = checkedOperations(
  'kms',
  (path, reason) =>
    new AwsError(
      'ValidationException',
      `1 validation error detected: Value at '${path}' failed to satisfy constraint: ${reason}`,
    ),
);

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
const MAX_PLAINTEXT_BYTES = 4096;
/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html */
const MAX_CIPHERTEXT_BYTES = 6144;
const MAX_DATA_KEY_BYTES = 1024;
const ALGORITHM = 'SYMMETRIC_DEFAULT';

const bytes = (most: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine(({ length }) => length > 0, 'Member must have length greater than or equal to 1')
    .refine(({ length }) => length <= most, `Member must have length less than or equal to ${most}`);
const KeyId = z.string().min(1).max(2048);
const EncryptionContext = z.record(z.string(), z.string()).default({});
const EncryptionAlgorithm = z.literal(ALGORITHM).default(ALGORITHM);
const forEncrypting = { KeyId, EncryptionContext };

/** One of the calls that a key encrypts or decrypts for. */
interface Use {
  /** As it was asked for: by an alias, perhaps. */
  asked?: string | undefined;
  context: Readonly<Record<string, string>>;
}

const invalidCiphertext = () => new AwsError('InvalidCiphertextException', '');

/** What can be asked of keys over the wire. Plaintext is in requests and answers alone. */
export function keyOperations(keys: MasterKeys): Record<string, Operation> {
  const onKey = (action: string, key: MasterKey, { via }: CallContext, use?: Use): Permission[] => [
    {
      action: `kms:${action}`,
      resource: key.arn,
      conditions: {
        'kms:CallerAccount': LOCAL_ACCOUNT,
        'kms:ResourceAliases': keys.aliasesOf(key.id),
        ...(via !== undefined && { 'kms:ViaService': viaService(via) }),
        ...(use && conditionsOf(use)),
      },
    },
  ];
  const seal = (key: MasterKey, plaintext: Uint8Array, context: Use['context']): string => {
    const material = keys.materialOf(key);
    const named = { keyId: key.id, materialId: material.id, bytes: material.bytes };
    return sealed(plaintext, named, context).toString('base64');
  };
  const keyOf = (blob: Buffer): MasterKey => {
    const head = headOf(blob);
    if (!head) throw invalidCiphertext();
    return keys.find(head.keyId);
  };
  const dataKey = (hasPlaintext: boolean): Operation => {
    const name = hasPlaintext ? 'GenerateDataKey' : 'GenerateDataKeyWithoutPlaintext';
    return operation(name, {
      input: z
        .strictObject({
          ...forEncrypting,
          KeySpec: z.enum(['AES_256', 'AES_128']).optional(),
          NumberOfBytes: z.int().min(1).max(MAX_DATA_KEY_BYTES).optional(),
        })
        .refine(
          ({ KeySpec, NumberOfBytes }) => (KeySpec === undefined) !== (NumberOfBytes === undefined),
          'Please specify either number of bytes or key spec.',
        ),
      permissions: ({ KeyId, EncryptionContext }, context) =>
        onKey(name, keys.find(KeyId), context, { asked: KeyId, context: EncryptionContext }),
      run({ KeyId, EncryptionContext, KeySpec, NumberOfBytes = KeySpec === 'AES_128' ? 16 : 32 }) {
        const key = keys.usable(KeyId);
        const plaintext = randomBytes(NumberOfBytes);
        return {
          CiphertextBlob: seal(key, plaintext, EncryptionContext),
          ...(hasPlaintext && { Plaintext: plaintext.toString('base64') }),
          KeyId: key.arn,
        };
      },
    });
  };
  return {
    Encrypt: operation('Encrypt', {
      input: z.strictObject({ ...forEncrypting, Plaintext: bytes(MAX_PLAINTEXT_BYTES), EncryptionAlgorithm }),
      permissions: ({ KeyId, EncryptionContext }, context) =>
        onKey('Encrypt', keys.find(KeyId), context, { asked: KeyId, context: EncryptionContext }),
      run({ KeyId, EncryptionContext, Plaintext }) {
        const key = keys.usable(KeyId);
        const CiphertextBlob = seal(key, Plaintext, EncryptionContext);
        return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: ALGORITHM };
      },
    }),
    Decrypt: operation('Decrypt', {
      input: z.strictObject({
        CiphertextBlob: bytes(MAX_CIPHERTEXT_BYTES),
        EncryptionContext,
        EncryptionAlgorithm,
        KeyId: KeyId.optional(),
      }),
      permissions: ({ CiphertextBlob, EncryptionContext, KeyId }, context) =>
        onKey('Decrypt', keyOf(CiphertextBlob), context, { asked: KeyId, context: EncryptionContext }),
      run({ CiphertextBlob, EncryptionContext, KeyId }) {
        const key = keys.usable(keyOf(CiphertextBlob).id);
        if (KeyId !== undefined && keys.find(KeyId).id !== key.id) {
          const message = 'The key ID in the request does not identify a CMK that can perform this operation.';
          throw new AwsError('IncorrectKeyException', message);
        }
        const material = key.materials.find(({ id }) => id === headOf(CiphertextBlob)?.materialId);
        const plaintext = material && opened(CiphertextBlob, material.bytes, EncryptionContext);
        if (!plaintext) throw invalidCiphertext();
        return { KeyId: key.arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: ALGORITHM };
      },
    }),
    GenerateDataKey: dataKey(true),
    GenerateDataKeyWithoutPlaintext: dataKey(false),
    DescribeKey: operation('DescribeKey', {
      input: z.strictObject({ KeyId }),
      permissions: ({ KeyId }, context) => onKey('DescribeKey', keys.find(KeyId), context),
      run: ({ KeyId }) => ({ KeyMetadata: described(keys.find(KeyId)) }),
    }),
    ListAliases: operation('ListAliases', {
      input: z.strictObject({ KeyId: KeyId.optional() }),
      permissions: () => [{ action: 'kms:ListAliases', resource: '*' }],
      run: ({ KeyId }) => ({
        Aliases: keys
          .aliases()
          .filter(({ keyId }) => KeyId === undefined || keyId === keys.find(KeyId).id)
          .map(({ name, keyId }) => ({ AliasName: name, AliasArn: aliasArn(name), TargetKeyId: keyId })),
        Truncated: false,
      }),
    }),
    ...lifeOperations(keys, onKey),
  };
}

/** Those that put a key out of use, and back. */
function lifeOperations(
  keys: MasterKeys,
  onKey: (action: string, key: MasterKey, context: CallContext) => Permission[],
): Record<string, Operation> {
  const isWaiting = ({ deletedAtMs }: MasterKey) => deletedAtMs !== undefined;
  const change = (name: string, run: (key: MasterKey) => unknown) =>
    operation(name, {
      input: z.strictObject({ KeyId }),
      permissions: ({ KeyId }, context) => onKey(name, changeable(keys.find(KeyId)), context),
      run: ({ KeyId }) => run(keys.find(KeyId)),
    });
  const switched = (isEnabled: boolean) => (key: MasterKey) => {
    if (isWaiting(key)) throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
    keys.change(key, { isEnabled });
  };
  return {
    EnableKey: change('EnableKey', switched(true)),
    DisableKey: change('DisableKey', switched(false)),
    CancelKeyDeletion: change('CancelKeyDeletion', (key) => {
      if (!isWaiting(key)) throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
      keys.cancelDeletion(key);
      return { KeyId: key.arn };
    }),
    ScheduleKeyDeletion: operation('ScheduleKeyDeletion', {
      input: z.strictObject({ KeyId, PendingWindowInDays: z.int().min(7).max(30).default(30) }),
      permissions: ({ KeyId }, context) => onKey('ScheduleKeyDeletion', changeable(keys.find(KeyId)), context),
      run({ KeyId, PendingWindowInDays }) {
        const key = keys.find(KeyId);
        if (isWaiting(key)) throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
        const deletedAtMs = keys.scheduleDeletion(key, PendingWindowInDays);
        return { KeyId: key.arn, DeletionDate: deletedAtMs / 1000, KeyState: 'PendingDeletion', PendingWindowInDays };
      },
    }),
  };
}

function changeable(key: MasterKey): MasterKey {
  if (key.manager === 'CUSTOMER') return key;
  throw new AwsError('AccessDeniedException', `${key.arn} is managed by AWS: nobody else changes it.`);
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
function conditionsOf({ asked, context }: Use): Record<string, string | string[]> {
  const alias = asked && /(?:^|:)(alias\/.+)$/.exec(asked)?.[1];
  return {
    'kms:EncryptionContextKeys': Object.keys(context),
    ...Object.fromEntries(Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    ...(alias && { 'kms:RequestAlias': alias }),
  };
}

/** What is said of a key: https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html */
function described({ id, arn, description, manager, isEnabled, createdMs, deletedAtMs }: MasterKey) {
  const state = deletedAtMs === undefined ? (isEnabled ? 'Enabled' : 'Disabled') : 'PendingDeletion';
  return {
    AWSAccountId: LOCAL_ACCOUNT,
    KeyId: id,
    Arn: arn,
    CreationDate: createdMs / 1000,
    Enabled: isEnabled,
    Description: description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: state,
    ...(deletedAtMs !== undefined && { DeletionDate: deletedAtMs / 1000 }),
    Origin: 'AWS_KMS',
    KeyManager: manager,
    CustomerMasterKeySpec: ALGORITHM,
    KeySpec: ALGORITHM,
    EncryptionAlgorithms: [ALGORITHM],
    MultiRegion: false,
  };
}
