/** The root that whoever asks again and again sends along: what follows from it is no chain that anybody wants to see. */
export const NO_TRACE = '1-00000000-000000000000000000000000';

/** The root of an `X-Amzn-Trace-Id` header, which all hops of one chain share; undefined when it has none. */
export function traceRoot(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /(?:^|;)\s*Root=([^;]+)/.exec(header)?.[1];
}

/** The `Parent` of the header: the invocation that sends it, by the id of its segment; undefined when it has none. */
export function traceParent(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /(?:^|;)\s*Parent=([^;]+)/.exec(header)?.[1];
}

/** The header without the count of a chain's invocations, as it leaves a service that does not hand that on; the root stays. */
export function withoutLineage(header: string): string {
  return header.replace(/;?\s*Lineage=[^;]*/, '');
}
