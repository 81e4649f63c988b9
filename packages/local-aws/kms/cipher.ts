import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** What a ciphertext is bound to: it is decrypted with the very same pairs, and with no others. */
export type EncryptionContext = Readonly<Record<string, string>>;

const ALGORITHM = 'aes-256-gcm';
const MATERIAL_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** What a blob begins with: the form's version, and the ids of key and material. */
const VERSION = 1;
const ID_BYTES = 16;
const HEAD_BYTES = 1 + 2 * ID_BYTES;

/** New key material. */
export const newMaterial = (): Buffer => randomBytes(MATERIAL_BYTES);

/** Which key and which of its materials a ciphertext is of; undefined for what is no ciphertext. */
export function headOf(blob: Buffer): { keyId: string; materialId: string } | undefined {
  if (blob.length < HEAD_BYTES + IV_BYTES + TAG_BYTES || blob[0] !== VERSION) return undefined;
  const idAt = (start: number) => uuidOf(blob.subarray(start, start + ID_BYTES));
  return { keyId: idAt(1), materialId: idAt(1 + ID_BYTES) };
}

/** AES-256-GCM over a text of bytes, bound to the context and to the head, which says what decrypts it. */
export function sealed(
  plaintext: Uint8Array,
  { keyId, materialId, bytes }: { keyId: string; materialId: string; bytes: string },
  context: EncryptionContext,
): Buffer {
  const head = Buffer.concat([Buffer.of(VERSION), bytesOf(keyId), bytesOf(materialId)]);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, Buffer.from(bytes, 'base64'), iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(head, context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([head, iv, cipher.getAuthTag(), body]);
}

/** The other way; undefined when the blob was changed, or belongs to another context or other material. */
export function opened(blob: Buffer, bytes: string, context: EncryptionContext): Buffer | undefined {
  const [tagAt, bodyAt] = [HEAD_BYTES + IV_BYTES, HEAD_BYTES + IV_BYTES + TAG_BYTES];
  const iv = blob.subarray(HEAD_BYTES, tagAt);
  const decipher = createDecipheriv(ALGORITHM, Buffer.from(bytes, 'base64'), iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(blob.subarray(0, HEAD_BYTES), context));
  decipher.setAuthTag(blob.subarray(tagAt, bodyAt));
  try {
    return Buffer.concat([decipher.update(blob.subarray(bodyAt)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** In which order the pairs of a context come does not matter: two contexts are one text when they are equal, and only then. */
function boundTo(head: Buffer, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([left], [right]) => (left < right ? -1 : 1));
  return Buffer.concat([head, Buffer.from(JSON.stringify(pairs))]);
}

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
