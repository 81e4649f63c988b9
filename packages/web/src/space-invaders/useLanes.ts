import { useCallback, useEffect, useRef, useState } from 'react';
import { useJournal } from '../lib/journal.ts';
import type { StatusNews } from './game/statusSender.ts';
import { flow, type LaneNews, type Lanes, laneNewsOf, noLanes } from './lanes.ts';
import type { Row } from './service.ts';

/**
 * The shards as they fill and are emptied: by the journal, where there is one. On a deployed stage only this page's own statuses are
 * known: in when the API has taken them, out when the board tells of a status that is newer.
 */
export function useLanes(
  playerId: string | undefined,
  mine: Row | undefined,
): { lanes: Lanes; total: number; hearStatus: (news: StatusNews) => void } {
  const [lanes, setLanes] = useState(noLanes);
  const [total, setTotal] = useState(0);
  const hear = useCallback((news: readonly LaneNews[]) => {
    if (news.length > 0) setLanes((before) => flow(before, news));
  }, []);
  const state = useJournal(({ hops, isPast }) => {
    if (isPast) return;
    hear(hops.flatMap((hop) => laneNewsOf(hop, playerId) ?? []));
  });
  const isAlone = useRef(false);
  useEffect(() => {
    isAlone.current = state === 'absent';
  }, [state]);

  const arrivedAtMs = mine?.arrivedAtMs;
  useEffect(() => {
    if (state === 'absent' && arrivedAtMs !== undefined) hear([{ kind: 'taken', lane: '' }]);
  }, [state, arrivedAtMs, hear]);
  const hearStatus = useCallback(
    ({ kind }: StatusNews) => {
      if (kind !== 'landed') return;
      setTotal((before) => before + 1);
      if (isAlone.current) hear([{ kind: 'landed', lane: '', isMine: true }]);
    },
    [hear],
  );
  return { lanes, total, hearStatus };
}
