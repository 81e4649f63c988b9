/** What the Authorization header of a signed request says of the caller. */
export interface Signature {
  accessKeyId: string;
  /** The service that the request was signed for: `sns`, `dynamodb`, `lambda`. */
  service: string;
}

const CREDENTIAL = /Credential=([^/,\s]+)\/[^/,\s]*\/[^/,\s]*\/([^/,\s]+)\/aws4_request/;

/**
 * Reads a SigV4 Authorization header; undefined where there is none or it is another kind. The signature itself is not
 * verified: the access key alone says who calls. Credentials here are given out by local-aws to functions of the same
 * laptop, on a port that only this laptop reaches; there is no secret to protect.
 */
export function readSignature(authorization: string | undefined): Signature | undefined {
  const match = authorization?.startsWith('AWS4-') ? CREDENTIAL.exec(authorization) : undefined;
  const [, accessKeyId, service] = match ?? [];
  return accessKeyId && service ? { accessKeyId, service } : undefined;
}
