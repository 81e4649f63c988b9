import { useEffect, useState } from 'react';
import { callOrigin } from './api.ts';

/** Where the arcade runs: the app's own server says it on a laptop, a file of the site on a deployed stage. */
export interface Stage {
  /** `local` on a laptop. */
  stage: string;
  /** Whether this page may make something go wrong. */
  canBreak: boolean;
}

let asked: Promise<Stage | undefined> | undefined;

/** Asked once while the page is open: it does not change. */
function stageOf(): Promise<Stage | undefined> {
  asked ??= callOrigin<Stage>('/_arcade/stage').catch(() => undefined);
  return asked;
}

/** Whether it is a deployed stage, which has no local-aws that one could ask. As long as nobody says where this is, it is none. */
export async function isDeployed(): Promise<boolean> {
  const stage = await stageOf();
  return stage !== undefined && stage.stage !== 'local';
}

/** Whether it is known to be a laptop: there one can look into messages, and start what does not answer. */
export const isLocal = (stage: Stage | 'asking' | undefined): stage is Stage =>
  typeof stage === 'object' && stage.stage === 'local';

/** Where the arcade runs; `asking` at first, undefined where nobody says it. */
export function useStage(): Stage | 'asking' | undefined {
  const [stage, setStage] = useState<Stage | 'asking' | undefined>('asking');
  useEffect(() => {
    let isGone = false;
    void stageOf().then((found) => isGone || setStage(found));
    return () => {
      isGone = true;
    };
  }, []);
  return stage;
}
