/**
 * How long a fakémon and an attempt at it are remembered, in seconds: a day longer than a dead letter, which may send the attempt
 * again.
 */
export const KEEP_SECONDS = 15 * 24 * 60 * 60;

/** Milliseconds as the whole seconds that a TTL is in. */
export const secondsOf = (ms: number) => Math.floor(ms / 1000);
