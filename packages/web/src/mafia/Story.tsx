import { Time } from '../ui/Time.tsx';
import type { Game } from './gameView.ts';
import { headingOf, tell, tellEnd } from './story.ts';
import './story.css';

/** All that happened, newest first, in the page's own words. */
export function Story({ game }: { game: Game }) {
  const end = tellEnd(game);
  return (
    <section className="card story" aria-labelledby="story-title">
      <h2 id="story-title">The story</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <ol tabIndex={0} aria-labelledby="story-title">
        {end && (
          <li>
            <h3>The end</h3>
            <p>{end}</p>
          </li>
        )}
        {game.story.toReversed().map((chapter) => (
          <li key={chapter.number}>
            <h3>
              {headingOf(chapter)}{' '}
              <span className="soft small">
                <Time at={chapter.at} />
              </span>
            </h3>
            <p>{tell(chapter, game)}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
