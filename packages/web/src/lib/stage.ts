import { useEffect, useState } from 'react';
import { callOrigin } from './api.ts';

/** Where the arcade runs, as the app's own server says. A deployed stage has no such server, and says nothing. */
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

/** Where the arcade runs; `asking` at first, undefined on a deployed stage. */
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
