import type { BuildOptions, Metafile, BuildResult as Result } from 'esbuild';

export type { BuildFailure } from 'esbuild';

/** What a build says of itself. */
export type BuildResult = Pick<Result, 'warnings' | 'outputFiles'> & { metafile: Metafile };

/** How many use esbuild's process at this moment. */
let users = 0;
/** One build at a time: each takes all cores, and some hundred megabytes. */
let queue: Promise<unknown> = Promise.resolve();

/** Runs one build after the others. esbuild's process, which keeps 340 MB, ends with the last that uses it. */
export async function build(options: BuildOptions & { metafile: true }): Promise<BuildResult> {
  return withEsbuild((esbuild) => esbuild.build(options));
}

/** Does `work` with esbuild when nobody else does; its process stays as long as somebody `keeps` it. */
export async function withEsbuild<T>(work: (esbuild: typeof import('esbuild')) => Promise<T>): Promise<T> {
  const letGo = keepEsbuild();
  const result = queue.then(async () => work(await import('esbuild')));
  queue = result.catch(() => {});
  try {
    return await result;
  } finally {
    await letGo();
  }
}

/** Keeps esbuild's process until the returned function is called. */
export function keepEsbuild(): () => Promise<void> {
  users += 1;
  return async () => {
    users -= 1;
    const { stop } = await import('esbuild');
    // Somebody may have come meanwhile.
    if (users === 0) await stop();
  };
}
