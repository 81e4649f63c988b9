import { Feed } from '../home/Feed.tsx';
import '../home/rail.css';
import { useLobby } from '../home/useLobby.ts';

/** What a deployed stage shows here: nobody looks into messages there, but everybody hears what has happened. */
export function DeployedFeed() {
  const { happenings, lamp } = useLobby();
  return (
    <div className="stack">
      <h1>What has happened</h1>
      <p>
        A deployed stage has no journal to look into, and nobody sends again what others have sent. On a laptop this
        page opens the floor: <code>npm start</code>.
      </p>
      <Feed happenings={happenings} lamp={lamp} />
    </div>
  );
}
