/** What it takes, at the most, from an answer to Alexa: a queue, the dispatcher, and once more of it if that fails. */
export const SECONDS_TO_TELL = 3;

/**
 * When Alexa is told that a device cannot be reached, should nobody have answered: milliseconds since the epoch. From then on no answer
 * counts, and nothing is begun that only an answer would be the use of.
 */
export const giveUpAtMs = ({ answerByMs }: { answerByMs: number }) => answerByMs - SECONDS_TO_TELL * 1000;
