import { useCallback, useEffect, useState } from 'react';
import { type Hop, useJournal } from './journal.ts';

/** A service as the laptop runs it; `broken` and `failed` say that its sources as they are now do not run. */
export interface HostedService {
  name: string;
  status: 'starting' | 'serves' | 'broken' | 'failed';
  error?: string;
}

/** What is known of the services' sources. */
export interface Reloads {
  /** Services whose sources do not run. */
  troubled: HostedService[];
  /** The latest change that was taken up, in a sentence. */
  latest: string | undefined;
}

/** How long the latest change is shown. */
const SHOWN_MS = 8_000;

/** Only a laptop has sources: undefined on a deployed stage, which answers with something else. */
async function hostedServices(): Promise<HostedService[] | undefined> {
  try {
    const answer = await fetch('/_local/services');
    const body: unknown = await answer.json();
    return answer.ok && Array.isArray(body) ? (body as HostedService[]) : undefined;
  } catch {
    return undefined;
  }
}

/** What a change of sources has come to, when the hop says so. */
export function reloadIn({ service, action, outcome, to, detail = {} }: Hop): string | undefined {
  if (service !== 'local-aws' || action !== 'Reload' || outcome !== 'ok') return undefined;
  const functions = Array.isArray(detail.functions) ? detail.functions.map(String) : [];
  const what = [...(detail.template === true ? ['the stack'] : []), ...functions];
  return what.length === 0 ? undefined : `${to} reloaded ${what.join(', ')} in ${Number(detail.durationMs)} ms`;
}

/** Follows what becomes of changed sources while the component is shown. */
export function useReloads(): Reloads {
  const [services, setServices] = useState<HostedService[]>([]);
  const [latest, setLatest] = useState<{ text: string }>();
  const look = useCallback(() => void hostedServices().then((found) => found && setServices(found)), []);
  const state = useJournal(({ hops, isPast }) => {
    const reloads = hops.filter(({ service, action }) => service === 'local-aws' && action === 'Reload');
    if (reloads.length === 0) return;
    look();
    const text = isPast ? undefined : reloads.map(reloadIn).findLast((reload) => reload !== undefined);
    if (text !== undefined) setLatest({ text });
  });
  useEffect(() => {
    // Also after a connection that was lost: something may have happened meanwhile.
    if (state === 'live') look();
  }, [state, look]);
  useEffect(() => {
    if (!latest) return;
    const timer = setTimeout(() => setLatest(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [latest]);
  return { troubled: services.filter(({ error }) => error !== undefined), latest: latest?.text };
}
