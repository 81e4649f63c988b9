import { createServer } from 'node:net';

/** Whether nothing listens on the port on loopback. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port that is free now, chosen by the system. */
export async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new Error('the system gave no port'));
      });
    });
  });
}

/** How many places for a range are tried before giving up. */
const ATTEMPTS = 50;

/** The first of `count` ports in a row that are all free now, below the range from which systems give out ports. */
export async function freeRange(count: number): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const first = 10_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all(Array.from({ length: count }, (_, offset) => isFree(first + offset)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`no ${count} free ports in a row were found in ${ATTEMPTS} attempts`);
}

/** A port that is needed, what for, and which variable moves it. */
export interface NeededPort {
  port: number;
  purpose: string;
  variable: string;
}

/** Throws an Error of one sentence for each port that something else listens on. */
export async function checkPorts(needed: readonly NeededPort[]): Promise<void> {
  const free = await Promise.all(needed.map(({ port }) => isFree(port)));
  const sentences = needed
    .filter((_, index) => !free[index])
    .map(
      ({ port, purpose, variable }) =>
        `Port ${port} (${purpose}) is in use: stop the program that listens there (another npm start?), or move it with ${variable}=<number>.`,
    );
  if (sentences.length > 0) throw new Error(sentences.join('\n'));
}
