import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

/** What osls would print of network.cjs: of an error its stack, or else what it is as a text. In a process as osls is one: it takes no other loader. */
const printed = (values: Record<string, string>, broken = ''): Record<string, string> => {
  const script = `
    const values = ${JSON.stringify(values)};
    const variables = { resolveVariable: async (name) => values[name] ?? '6' };
    if (${JSON.stringify(broken)}) require('node:module').registerHooks({
      load: (url, context, next) => {
        const loaded = next(url, context);
        return url.endsWith('patterns/pushGateway.ts') ? { ...loaded, source: String(loaded.source) + ${JSON.stringify(broken)} } : loaded;
      },
    });
    (async () => {
      const all = {};
      for (const [name, resolve] of Object.entries(require('./network.cjs')))
        all[name] = await resolve(variables).then((value) => Object.keys(value).join(), (error) => error.stack ? error.stack : String(error));
      console.log(JSON.stringify(all));
    })();`;
  const cwd = new URL('..', import.meta.url);
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd, encoding: 'utf8' }));
};

describe('what is wrong with the networks is said in one sentence, once', () => {
  it('of a param that names none: those that there are', () => {
    expect(printed({ 'param:network': 'nonsense' })).toEqual({
      functions: "Error: There is no network 'nonsense': sync, asyncPush, asyncPoll, optimistic, home.",
      resources: '',
    });
  });

  it('of a pattern: in which, and in which line', () => {
    expect(printed({ 'param:network': 'sync' }, 'queued();')).toEqual({
      functions: expect.stringMatching(/^Error: queued is not defined \(patterns\/pushGateway\.ts:\d+\)$/),
      resources: '',
    });
  });

  it('of nothing, when nothing is', () => {
    expect(printed({ 'param:network': 'sync' })).toEqual({
      functions: 'dispatcher,entrypoint,giveUp,syncProcessor',
      resources: expect.stringContaining('Resources'),
    });
  });
});
