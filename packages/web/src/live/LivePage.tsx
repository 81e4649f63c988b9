import { isLocal, useStage } from '../lib/stage.ts';
import { usePageTitle } from '../ui/usePageTitle.ts';
import { DeployedFeed } from './DeployedFeed.tsx';
import { LiveFloor } from './LiveFloor.tsx';
import './live.css';

/** The floor opened: what went over each edge, tested against patterns, sent again, redriven. On a laptop only. */
export function LivePage() {
  usePageTitle('The floor, opened');
  const stage = useStage();
  if (stage === 'asking') return <p className="soft">Loading…</p>;
  if (!isLocal(stage)) return <DeployedFeed />;
  if (!stage.canBreak)
    return (
      <div className="stack">
        <h1>The floor, opened</h1>
        <p>What messages say is not shown while others of the network reach the arcade.</p>
        <p className="soft">Start it without --lan to look inside.</p>
      </div>
    );
  return <LiveFloor />;
}
