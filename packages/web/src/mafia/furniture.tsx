import { useEffect, useRef } from 'react';
import { Lesson, type SourceLink } from '../cabinet/Lesson.tsx';
import { HopList } from '../wire/HopList.tsx';
import { Wire } from '../wire/Wire.tsx';
import { labelOf, tellMafia } from './teller.ts';
import './deck.css';

const links: SourceLink[] = [
  {
    label: 'resources/table.yml',
    load: () => import('../../../../services/mafia/resources/table.yml?raw'),
    find: 'IndexName: Masked',
  },
  {
    label: 'storage/gamesTable.ts',
    load: () => import('../../../../services/mafia/storage/gamesTable.ts?raw'),
    find: 'async writeTurn',
  },
  {
    label: 'decision: the secret',
    load: () => import('../../../../docs/decisions/mafia-secret.md?raw'),
    find: '**Verdict.**',
  },
  {
    label: 'decision: turns',
    load: () => import('../../../../docs/decisions/mafia-turns.md?raw'),
    find: '**Verdict.**',
  },
];

export const wire = <Wire service="mafia" tell={tellMafia} />;

export const rail = (
  <>
    <Lesson
      question={
        <>
          crash every turn, and play on: why is no turn lost, and none played twice? Then <em>Send again</em>.
        </>
      }
      links={links}
    >
      Who is mafia stands in the table; the index that pages are shown does not hold it. Each turn is one transaction:
      of two who press at once, one plays, and the other is told what is due. Each request has a key: sent twice, it is
      answered twice and played once.
    </Lesson>
    <HopList service="mafia" labelOf={labelOf} />
  </>
);

/** Whether the next page is to go on where the keyboard was: at the primary action. */
let goesOn = false;

/** Says that the page navigates by its primary action, and that the next one takes over the focus. */
export function handOverFocus(): void {
  goesOn = true;
}

/** The deck, and a way to press its first button, the primary action, from elsewhere: the keyboard is there then. */
export function useDeck() {
  const deck = useRef<HTMLDivElement>(null);
  const pressPrimary = () => {
    const primary = deck.current?.querySelector('button');
    primary?.focus();
    primary?.click();
  };
  useEffect(() => {
    if (goesOn) deck.current?.querySelector('button')?.focus();
    goesOn = false;
  }, []);
  return { deck, pressPrimary };
}
