import type { Serverless } from './serverlessTypes.ts';

/**
 * Calls back when serverless-offline serves and before it ends, under `sls offline` as well as under `sls offline start`.
 * The former has no hooks in between: its one step is replaced by the three of the latter.
 */
export function aroundServing(
  { pluginManager }: Serverless,
  around: { serving(): Promise<void>; ending(): Promise<void> },
): void {
  const run = async (event: string) => {
    for (const { hook } of pluginManager.hooks[event] ?? []) await hook();
  };
  const add = (event: string, hook: () => Promise<void>) => {
    pluginManager.hooks[event] = [...(pluginManager.hooks[event] ?? []), { pluginName: '@arcade/local-aws', hook }];
  };
  add('after:offline:start:init', around.serving);
  // serverless-offline's end leaves the process at once: what is to be put away comes before.
  add('before:offline:start:end', around.ending);
  pluginManager.hooks['offline:start'] = [];
  add('offline:start', async () => {
    for (const event of ['init', 'ready', 'end']) {
      if (event !== 'init') await run(`before:offline:start:${event}`);
      await run(`offline:start:${event}`);
      await run(`after:offline:start:${event}`);
    }
  });
}
