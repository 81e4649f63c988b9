import type { Hop } from '../lib/journal.ts';

export interface HopListProps {
  /** Folder name of the service whose hops it lists. */
  service: string;
  /** What a hop carries, in a word or two: "stroke 7". Undefined: its outcome. */
  labelOf?: (hop: Hop) => string | undefined;
}

/** The latest hops, a fixed row each; a row opens its correlation id as a waterfall. */
export function HopList({ service }: HopListProps) {
  return (
    <section className="card hops" aria-labelledby="hops-title" data-service={service}>
      <h2 id="hops-title">Hops</h2>
    </section>
  );
}
