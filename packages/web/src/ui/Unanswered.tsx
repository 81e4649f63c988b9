import type { Problem } from '../lib/api.ts';
import { Notice } from './Notice.tsx';

interface UnansweredProps {
  /** The scenario's name, at the beginning of the sentence. */
  name: string;
  problem: Problem;
  /** Whether something older is still shown. */
  stale: boolean;
}

/** Says that a service does not answer as it should, while the page goes on asking. */
export function Unanswered({ name, problem, stale }: UnansweredProps) {
  const what = problem.unreachable
    ? 'does not answer.'
    : `answers with an error: ${problem.message.replace(/\.?$/, '.')}`;
  return (
    <Notice tone={stale ? 'warn' : 'bad'}>
      {name} {what} {stale && 'What you see is the last that is known. '}This page tries again by itself.
    </Notice>
  );
}
