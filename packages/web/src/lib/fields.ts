/** What a message or an answer says, before anybody has looked at it. */
export type Fields = Record<string, unknown>;

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/** The entries of a list that `read` knows; none of what is no list. */
export const listed = <Entry>(value: unknown, read: (entry: unknown) => Entry | undefined): Entry[] =>
  Array.isArray(value) ? value.map(read).filter((entry) => entry !== undefined) : [];
