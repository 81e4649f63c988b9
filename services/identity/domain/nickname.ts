/** How long a nickname may be, in characters. */
export const NICKNAME_LENGTH = { min: 3, max: 20 } as const;

const NICKNAME = new RegExp(`^[a-z0-9_-]{${NICKNAME_LENGTH.min},${NICKNAME_LENGTH.max}}$`, 'i');

/** Whether somebody may be called so: letters that look alike in other scripts would let one pass for another. */
export const isNickname = (name: string): boolean => NICKNAME.test(name);
