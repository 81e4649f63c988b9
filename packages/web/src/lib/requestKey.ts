/** A new key for one action, so that a repetition of its request does nothing twice. */
export function newRequestKey(): string {
  // randomUUID is missing where the page does not come over HTTPS or from localhost: a phone in the same network.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A new UUID (version 4), for services that want one. */
export const newUuid = (): string => newRequestKey().replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
