import { useReloads } from '../lib/useReloads.ts';
import { Notice } from '../ui/Notice.tsx';

/**
 * On a laptop: what became of sources that have changed. Nothing on a deployed stage, and nothing when all is well. It
 * lies over the page's corner, and what takes room there folds away.
 */
export function Sources() {
  const { troubled, latest } = useReloads();
  return (
    <div className="sources">
      {troubled.map(({ name, status, error }) => (
        <Notice key={name}>
          <details open>
            <summary>
              {status === 'broken'
                ? `The sources of ${name} do not run as they are now; the version before goes on.`
                : `${name} does not run.`}
            </summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
            <pre className="sources-error" tabIndex={0}>
              {error}
            </pre>
          </details>
        </Notice>
      ))}
      <p className="sources-latest" role="status">
        {latest}
      </p>
    </div>
  );
}
