import type { ServiceOutputs } from '../stageOutputs.ts';
import { environmentName } from '../workspace.ts';

/** An API as AWS names it: `https://<id>.execute-api.<region>.amazonaws.com/<stage>`. */
const OF_AWS = /^https:\/\/([a-z0-9]+)\.execute-api\.[^/]+(\/.*)?$/;

/**
 * Where tests find a stage that was deployed into the local-aws at `url`: the distribution's own name there, and each API below local-aws's
 * address. `services` are what the stacks give out. Throws Error where there is no distribution.
 */
export function rehearsedAddresses(services: readonly ServiceOutputs[], url: string): Record<string, string> {
  const [id] = services.flatMap(({ outputs }) => outputs?.SiteDistributionId ?? []);
  if (id === undefined)
    throw new Error('no stack gives out a distribution (SiteDistributionId): nothing serves the pages');
  const own = services.flatMap(({ service, outputs }) => {
    const address = outputs?.ApiUrl;
    return address === undefined ? [] : [[environmentName(service), localAddress(address, url)] as const];
  });
  return {
    ...Object.fromEntries(own),
    ARCADE_URL: `http://${id.toLowerCase()}.cloudfront.localhost:${new URL(url).port}`,
    ARCADE_LOCAL_AWS_URL: url,
  };
}

function localAddress(address: string, url: string): string {
  const [, id, path = ''] = OF_AWS.exec(address) ?? [];
  return id === undefined ? address : `${url}/_api/${id}${path}`;
}
