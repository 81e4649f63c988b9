import { PLAY } from '@arcade/events/space-invaders/play';
import type { ReactNode } from 'react';
import type { RunState } from './stage.ts';

function Lives({ lives }: { lives: number }) {
  return (
    <>
      <span aria-hidden="true">{'▲'.repeat(lives).padEnd(PLAY.lives, '△')}</span>
      <span className="visually-hidden">{lives}</span>
    </>
  );
}

/** Points, lives, level and shots of the game that is played, or was last. */
export function Hud({ run }: { run: RunState | undefined }) {
  const { score = 0, lives = PLAY.lives, level = 1, shots = 0 } = run ?? {};
  const figures: readonly [label: string, value: ReactNode][] = [
    ['Score', score.toLocaleString('en')],
    ['Lives', <Lives key="lives" lives={lives} />],
    ['Level', String(level)],
    ['Shots', shots.toLocaleString('en')],
  ];
  return (
    <dl className="hud" data-practice={run?.isPractice ?? false}>
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd data-figure={label.toLowerCase()}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
