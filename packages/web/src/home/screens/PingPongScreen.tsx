import { scoreOf } from '../../ping-pong/middle.ts';
import { PlayingTable } from '../../ping-pong/PlayingTable.tsx';
import '../../ping-pong/ping-pong.css';
import { tableOf } from '../../ping-pong/tableView.ts';
import { useRally } from '../../ping-pong/useRally.ts';
import { SmallScreen } from './SmallScreen.tsx';

/** The rally in play, small, and its score. */
export function PingPongScreen() {
  const { known, lamp, fade } = useRally();
  const score = scoreOf(known);
  return (
    <SmallScreen lamp={lamp} says={score && `Ping ${score.ping}, Pong ${score.pong}`}>
      <div className="mini-court">
        <p aria-hidden="true">
          <b data-player="ping">{score?.ping ?? '–'}</b>
          <span>{known.rally > 0 && `rally ${known.rally.toLocaleString('en')}`}</span>
          <b data-player="pong">{score?.pong ?? '–'}</b>
        </p>
        <PlayingTable view={tableOf(known, Date.now())} onFaded={fade} />
      </div>
    </SmallScreen>
  );
}
