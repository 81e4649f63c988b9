/** The events that nobody takes, and why they are published all the same. A test finds those that are missing here, or heard of by now. */
export const UNHEARD: Readonly<Record<string, string>> = {
  'mafia.players_accused':
    'The page asks for a game as it stands; whoever wants to follow the accusations can subscribe.',
};
