import type { ReactNode, Ref } from 'react';
import { Link } from 'wouter';
import { scenarios } from '../scenarios.ts';
import './home.css';
import type { CabinetId } from './lobby.ts';
import { ABOUT } from './words.ts';

interface LobbyRoomProps {
  row?: Ref<HTMLUListElement>;
  /** What a cabinet's small screen plays. */
  screenOf?: (cabinet: CabinetId) => ReactNode;
  floor?: ReactNode;
  rail?: ReactNode;
}

/** The lobby's furniture; without the rest it is what stands there until that has come. */
export function LobbyRoom({ row, screenOf, floor, rail }: LobbyRoomProps) {
  return (
    <div className="lobby">
      <header className="lobby-head">
        <h1>Play above. Watch it work below.</h1>
        <p className="soft">Five systems, coupled by events alone: each pulse is a message.</p>
      </header>
      <ul className="cabinets" ref={row}>
        {scenarios.map(({ id, title, pattern }) => (
          <li key={id} data-scenario={id}>
            <h2>
              <Link href={`/${id}`}>{title}</Link>
            </h2>
            <div className="small-glass">{screenOf?.(id as CabinetId)}</div>
            <p title={pattern}>{ABOUT[id as CabinetId]}</p>
          </li>
        ))}
      </ul>
      <div className="lobby-floor">{floor ?? <div className="floor-furniture" />}</div>
      <aside className="lobby-rail" aria-label="What is told">
        {rail}
      </aside>
    </div>
  );
}
