import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { Safe } from '../domain/grants.ts';

/**
 * Seals tokens by a key of KMS, bound to whose they are and what they are: one that is moved to another customer's item, or handed in as the
 * other kind, is not opened (docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html).
 */
export function createSafe(client: Pick<KMSClient, 'send'>, KeyId: string): Safe {
  const boundTo = (account: string, token: string) => ({ account, token });
  return {
    async seal(account, kind, token) {
      const EncryptionContext = boundTo(account, kind);
      const { CiphertextBlob } = await client.send(
        new EncryptCommand({ KeyId, EncryptionContext, Plaintext: Buffer.from(token) }),
      );
      return Buffer.from(CiphertextBlob ?? []).toString('base64');
    },
    async open(account, kind, sealed) {
      const EncryptionContext = boundTo(account, kind);
      const CiphertextBlob = Buffer.from(sealed, 'base64');
      const { Plaintext } = await client.send(new DecryptCommand({ KeyId, EncryptionContext, CiphertextBlob }));
      return Buffer.from(Plaintext ?? []).toString();
    },
  };
}
