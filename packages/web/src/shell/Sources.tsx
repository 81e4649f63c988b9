import { useReloads } from '../lib/useReloads.ts';
import { Notice } from '../ui/Notice.tsx';

/** On a laptop: what became of sources that have changed. Nothing on a deployed stage, and nothing when all is well. */
export function Sources() {
  const { troubled, latest } = useReloads();
  return (
    <div className="sources">
      {troubled.map(({ name, status, error }) => (
        <Notice key={name} tone="bad">
          {status === 'broken'
            ? `The sources of ${name} do not run as they are now; the version before goes on.`
            : `${name} does not run.`}
          <pre className="sources-error">{error}</pre>
        </Notice>
      ))}
      <p className="sources-latest soft" role="status">
        {latest}
      </p>
    </div>
  );
}
