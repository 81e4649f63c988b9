/** The group of everybody who plays. */
export const GAMERS = 'gamer';

/** The groups of a user pool. */
export interface Groups {
  /** Puts a user into a group; once more changes nothing. */
  add(member: { userPoolId: string; username: string; group: string }): Promise<void>;
}
