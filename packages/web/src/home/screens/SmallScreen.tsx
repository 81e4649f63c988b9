import type { ReactNode } from 'react';
import type { Lamp } from '../../cabinet/Cabinet.tsx';

interface SmallScreenProps {
  lamp: Lamp;
  /** What is on it, in words; undefined while that is not known. */
  says: string | undefined;
  children: ReactNode;
}

/** The glass of a small cabinet: what is on it, pale when that is old; without the players while nobody answers. */
export function SmallScreen({ lamp, says, children }: SmallScreenProps) {
  return (
    <div className="small-screen" data-lamp={lamp.state}>
      <div className="small-game" aria-hidden={says === undefined}>
        {children}
      </div>
      {lamp.state === 'dead' ? (
        <p className="small-dead">Insert service</p>
      ) : (
        says && <p className="visually-hidden">{says}</p>
      )}
    </div>
  );
}
