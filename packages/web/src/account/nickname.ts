/** What a nickname is made of, as an input's `pattern`; the service refuses what does not fit (services/identity/domain/nickname.ts). */
export const NICKNAME = '[A-Za-z0-9_\\-]{3,20}';
