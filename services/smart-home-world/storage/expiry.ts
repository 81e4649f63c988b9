/** How long a home, and all that was said in it, is kept, in seconds. */
export const KEEP_SECONDS = 24 * 60 * 60;

/** Milliseconds as the whole seconds that a TTL is in. */
export const secondsOf = (ms: number) => Math.floor(ms / 1000);
