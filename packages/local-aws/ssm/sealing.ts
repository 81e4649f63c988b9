import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import type { CallContext } from '../core/service.ts';
import { parameterArn } from './names.ts';
import type { Version } from './parameters.ts';

/** The key that AWS keeps for an account's parameters. */
export const DEFAULT_KEY = 'alias/aws/ssm';

const ALGORITHM = 'aes-256-gcm';
/** A key of KMS takes 4,096 bytes; what may be longer is sealed by a data key, which goes along. */
const envelope = z.strictObject({ key: z.string(), iv: z.string(), tag: z.string(), body: z.string() });

const encrypted = z.looseObject({ CiphertextBlob: z.string() });
const plain = z.looseObject({ Plaintext: z.base64().transform((text) => Buffer.from(text, 'base64')) });
const dataKey = encrypted.extend(plain.shape);

/** What KMS says of a key that cannot be used is no fault of its caller's. */
const UNUSABLE = /^(NotFoundException|DisabledException|KMSInvalidStateException)$/;

/**
 * Seals what SecureStrings say, and opens it again, in the name of who puts or reads it and bound to the parameter's ARN.
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */
export class Sealing {
  readonly #core: Pick<Core, 'call'>;

  constructor(core: Pick<Core, 'call'>) {
    this.#core = core;
  }

  /** Throws AwsError `AccessDeniedException`, `InvalidKeyId`. */
  async seal(
    name: string,
    { value, tier, keyId }: Pick<Version, 'value' | 'tier'> & { keyId: string },
    context: CallContext,
  ): Promise<string> {
    const asked = { KeyId: keyId, EncryptionContext: contextOf(name) };
    if (tier === 'Standard') {
      const Plaintext = Buffer.from(value).toString('base64');
      return encrypted.parse(await this.#ask('Encrypt', { ...asked, Plaintext }, context)).CiphertextBlob;
    }
    const answer = await this.#ask('GenerateDataKey', { ...asked, KeySpec: 'AES_256' }, context);
    const { CiphertextBlob, Plaintext } = dataKey.parse(answer);
    const iv = randomBytes(12);
    const cipher = createCipheriv(ALGORITHM, Plaintext, iv);
    const body = Buffer.concat([cipher.update(value), cipher.final()]).toString('base64');
    const parts = { key: CiphertextBlob, iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), body };
    return Buffer.from(JSON.stringify(parts)).toString('base64');
  }

  /** What a version says; of one that is no SecureString it stands there. Throws AwsError `AccessDeniedException`, `InvalidKeyId`. */
  async open(name: string, { type, tier, value }: Version, context: CallContext): Promise<string> {
    if (type !== 'SecureString') return value;
    const decrypted = async (CiphertextBlob: string) => {
      const asked = { CiphertextBlob, EncryptionContext: contextOf(name) };
      return plain.parse(await this.#ask('Decrypt', asked, context)).Plaintext;
    };
    if (tier === 'Standard') return (await decrypted(value)).toString();
    const { key, iv, tag, body } = envelope.parse(JSON.parse(Buffer.from(value, 'base64').toString()));
    const decipher = createDecipheriv(ALGORITHM, await decrypted(key), Buffer.from(iv, 'base64'), {
      authTagLength: 16,
    });
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64')), decipher.final()]).toString();
  }

  async #ask(operation: string, input: object, { principal, traceHeader, madeBy }: CallContext): Promise<unknown> {
    try {
      return await this.#core.call({ service: 'kms', operation, input, principal, traceHeader, madeBy, via: 'ssm' });
    } catch (error) {
      if (error instanceof AwsError && UNUSABLE.test(error.code)) throw new AwsError('InvalidKeyId', error.message);
      throw error;
    }
  }
}

const contextOf = (name: string) => ({ PARAMETER_ARN: parameterArn(name) });
