import { createHash } from 'node:crypto';

/**
 * `X-Amzn-Trace-Id`: `Root=1-...;Parent=...;Sampled=0;Lineage=a87bd80c:1|68fd508a:5`.
 *
 * The SDK inside Lambda sends along what stands in `_X_AMZN_TRACE_ID`, services hand it on, and so a chain of invocations
 * can be followed. `Lineage` counts, for each function of the chain (a hash of its ARN), how often it has been invoked: that
 * is what recursive-loop detection looks at.
 */
export interface Trace {
  /** Shared by all hops of one chain. */
  root: string;
  /** The invocation that made the call. */
  parent?: string;
  /** Invocations so far, by function. */
  lineage: ReadonlyMap<string, number>;
}

/** Reads a header; what is not understood is left out. Undefined when there is no root in it. */
export function parseTrace(header: string | undefined): Trace | undefined {
  if (!header) return undefined;
  const fields = new Map<string, string>();
  for (const field of header.split(';')) {
    const at = field.indexOf('=');
    if (at > 0) fields.set(field.slice(0, at).trim(), field.slice(at + 1).trim());
  }
  const root = fields.get('Root');
  if (!root) return undefined;
  const parent = fields.get('Parent');
  const lineage = new Map<string, number>();
  for (const entry of (fields.get('Lineage') ?? '').split('|')) {
    const [hash, count] = entry.split(':');
    if (hash && Number.isInteger(Number(count))) lineage.set(hash, Number(count));
  }
  return { root, ...(parent && { parent }), lineage };
}

/** Writes a header. */
export function formatTrace(trace: Trace): string {
  const lineage = [...trace.lineage].map(([hash, count]) => `${hash}:${count}`).join('|');
  return [
    `Root=${trace.root}`,
    ...(trace.parent ? [`Parent=${trace.parent}`] : []),
    'Sampled=0',
    ...(lineage ? [`Lineage=${lineage}`] : []),
  ].join(';');
}

/** A new chain. `id` is a UUID, `nowMs` milliseconds since the epoch. */
export function newTrace(id: string, nowMs: number): Trace {
  const seconds = Math.floor(nowMs / 1000);
  return { root: `1-${seconds.toString(16).padStart(8, '0')}-${hexOf(id).slice(0, 24)}`, lineage: new Map() };
}

/** How often the function has been invoked in this chain. */
export function timesInvoked(trace: Trace, functionArn: string): number {
  return trace.lineage.get(hashOf(functionArn)) ?? 0;
}

/** The chain as the function's own calls carry it: one invocation longer. `id` is a UUID. */
export function nextTrace(trace: Trace, functionArn: string, id: string): Trace & { parent: string } {
  const lineage = new Map(trace.lineage);
  lineage.set(hashOf(functionArn), timesInvoked(trace, functionArn) + 1);
  return { root: trace.root, parent: hexOf(id).slice(-16), lineage };
}

const hexOf = (uuid: string) => uuid.replaceAll('-', '');

const hashes = new Map<string, string>();

function hashOf(functionArn: string): string {
  let hash = hashes.get(functionArn);
  if (!hash) {
    hash = createHash('sha256').update(functionArn).digest('hex').slice(0, 8);
    hashes.set(functionArn, hash);
  }
  return hash;
}
