import { useEffect, useState } from 'react';
import { type FeedEntry, followFeed } from './useFeed.ts';

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
export function reloadIn({ service, action, outcome, to, detail = {} }: FeedEntry): string | undefined {
  if (service !== 'local-aws' || action !== 'Reload' || outcome !== 'ok') return undefined;
  const functions = Array.isArray(detail.functions) ? detail.functions.map(String) : [];
  const what = [...(detail.template === true ? ['the stack'] : []), ...functions];
  return what.length === 0 ? undefined : `${to} reloaded ${what.join(', ')} in ${Number(detail.durationMs)} ms`;
}

/** Follows what becomes of changed sources while the component is shown. */
export function useReloads(): Reloads {
  const [services, setServices] = useState<HostedService[]>([]);
  const [latest, setLatest] = useState<string>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop = () => {};
    let isGone = false;
    const look = async () => {
      const found = await hostedServices();
      if (found && !isGone) setServices(found);
      return found;
    };
    const onEntry = (entry: FeedEntry) => {
      if (entry.service !== 'local-aws' || entry.action !== 'Reload') return;
      void look();
      const reload = reloadIn(entry);
      if (reload === undefined) return;
      clearTimeout(timer);
      setLatest(reload);
      timer = setTimeout(() => setLatest(undefined), SHOWN_MS);
    };
    void look().then((found) => {
      // After a connection that was lost, something may have happened meanwhile.
      if (found && !isGone) stop = followFeed(onEntry, (state) => state === 'live' && void look());
    });
    return () => {
      isGone = true;
      clearTimeout(timer);
      stop();
    };
  }, []);
  return { troubled: services.filter(({ error }) => error !== undefined), latest };
}
