/** Mafia's place among the scenarios. */
export const mafia = {
  id: 'mafia',
  title: 'Mafia',
  pattern: 'A secret in an index that cannot tell it, and one transaction a turn.',
};
