import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { BreakIt } from '../cabinet/BreakIt.tsx';
import { Cabinet } from '../cabinet/Cabinet.tsx';
import { Lesson } from '../cabinet/Lesson.tsx';
import { HopList } from '../wire/HopList.tsx';
import { Wire } from '../wire/Wire.tsx';
import { Conversation } from './Conversation.tsx';
import { isSaid, kindOf, latestOf } from './exchange.ts';
import { FourKinds } from './FourKinds.tsx';
import type { Bulb, Home, Kind } from './home.ts';
import { lessonLinks } from './lessonLinks.ts';
import { blushing } from './looks.ts';
import { Room } from './Room.tsx';
import { SayIt } from './SayIt.tsx';
import { smartHome } from './scenario.ts';
import { switches } from './switches.ts';
import { labelOf, tell } from './teller.ts';
import { type UseHome, useHome } from './useHome.ts';
import { Vendor } from './Vendor.tsx';
import { ASIDE, OWN } from './ways.ts';
import { answerOf, sayings } from './words.ts';
import './smartHome.css';

const SERVICE = smartHome.id;
/** As long as a celebration: what was believed goes out, in milliseconds. */
const BLUSH_MS = 1_200;

/** The bulbs that were believed to be on, and turned out not to be: for a moment each. */
function useBlushing(home: Home | undefined): ReadonlySet<string> {
  const before = useRef<Home>(undefined);
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (!home) return;
    const found = blushing(before.current, home);
    before.current = home;
    if (found.length === 0) return;
    setIds((known) => new Set([...known, ...found]));
    setTimeout(() => setIds((known) => new Set([...known].filter((id) => !found.includes(id)))), BLUSH_MS);
  }, [home]);
  return ids;
}

/** Which kind's network is looked at: the one that was chosen, else that of what was said last. */
function useKind(home: Home | undefined) {
  const [chosen, setChosen] = useState<Kind>();
  const latest = home?.exchanges.find(isSaid);
  const spoken = latest && home && kindOf(latest, home.bulbs);
  // What is said anew is looked at.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another exchange has come.
  useEffect(() => setChosen(undefined), [latest?.id]);
  return { kind: chosen ?? spoken, choose: setChosen };
}

/** What Alexa has answered last, for whoever does not see it. */
function Announced({ home }: { home: Home | undefined }) {
  const latest = home && latestOf(home.exchanges, home.bulbs);
  const answer = latest && answerOf(latest.exchange, home.bulbs);
  return (
    <p className="visually-hidden" role="status">
      {answer && answer.tone !== 'waits'
        ? `${answer.tone === 'told' ? 'Alexa is told' : 'Alexa'}: ${answer.words}`
        : ''}
    </p>
  );
}

function Deck({ home, say, misbehaviour, misbehave }: UseHome) {
  const field = useRef<HTMLInputElement>(null);
  const bulbs = home?.bulbs ?? [];
  return (
    <div className="home-deck">
      <SayIt field={field} sayings={sayings(bulbs)} onSay={say} />
      <Vendor bulbs={bulbs} misbehaviour={misbehaviour} onChange={misbehave} />
      <BreakIt service={SERVICE} switches={switches} isCompact />
    </div>
  );
}

/** A room of bulbs, a voice, and the network in between. */
export function SmartHomePage() {
  const all = useHome();
  const { home, lamp, said } = all;
  const { kind, choose } = useKind(home);
  const blushes = useBlushing(home);
  const bulbs = useMemo(() => home?.bulbs ?? [], [home]);
  const onSwitch = useCallback(
    (bulb: Bulb) => void all.switchByHand(bulb, { power: bulb.state.power === 'ON' ? 'OFF' : 'ON' }),
    [all],
  );

  return (
    <>
      <Cabinet
        scenario={smartHome}
        lamp={lamp}
        screen={
          <div className="home-screen">
            <Room bulbs={bulbs} kind={kind} blushing={blushes} onSwitch={onSwitch} />
            <div className="console">
              <Conversation home={home} said={said} />
              <FourKinds home={home} kind={kind} onKind={choose} onSay={(text) => void all.say(text)} />
            </div>
          </div>
        }
        deck={<Deck {...all} />}
        wire={<Wire service={SERVICE} tell={tell} {...(kind && { isAside: ASIDE[kind], isFramed: OWN[kind] })} />}
        rail={
          <>
            <Lesson
              question="unplug the counter light (Vendor), and turn it on. What is Alexa told, and what then?"
              links={lessonLinks}
            >
              Alexa hears at once that she will be answered, and waits six seconds; a bulb that is silent for three is
              given up (✗). Each kind of API has its own way there, and all are made of the same bricks: four small
              networks, laid over each other. Whoever answers first is heard; the queue drops the second answer.
            </Lesson>
            <HopList service={SERVICE} labelOf={labelOf} />
          </>
        }
      />
      <Announced home={home} />
    </>
  );
}
