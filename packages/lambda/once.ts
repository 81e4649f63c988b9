/**
 * Makes something once, when it is first asked for: a cold start loads no more than it needs, and a test can set the
 * environment first. What is thrown is not kept; the next call tries again.
 *
 * @example
 * export const table = once(() => createTable({ client: createDocumentClient(), name: readEnv('TABLE') }));
 */
export function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
