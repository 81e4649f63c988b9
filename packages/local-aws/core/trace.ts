/** The root of an `X-Amzn-Trace-Id` header, which all hops of one chain share; undefined when it has none. */
export function traceRoot(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /(?:^|;)\s*Root=([^;]+)/.exec(header)?.[1];
}
