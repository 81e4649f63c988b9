/** Nobody waits longer, in milliseconds. */
export const LIMIT_MS = 6_000;
/** Then a bulb that has not answered is given up, so that Alexa still hears of it in time. */
export const GIVEN_UP_MS = LIMIT_MS - 3_000;
/** Where the axis has marks, in milliseconds. */
export const MARKS_MS = [500, GIVEN_UP_MS, LIMIT_MS] as const;

/** Where on the axis a time is, from 0 to 1: as roots, so that 50 ms and 5 s can be told from nothing, and from each other. */
export const partOf = (ms: number): number => Math.sqrt(Math.min(Math.max(ms, 0), LIMIT_MS) / LIMIT_MS);
