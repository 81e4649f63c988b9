/** Resolves at that moment, in milliseconds since the epoch; at once when it is past. */
export const until = (atMs: number) =>
  new Promise<void>((resume) => setTimeout(resume, Math.max(0, atMs - Date.now())));
