import { compileTemplate } from '../packages/local-aws/build/compile.ts';
import type { CloudFormationTemplate } from '../packages/networks/index.ts';
import { type WireGraph, wireGraphOf } from '../packages/networks/wire/index.ts';
import { findServices } from './workspace.ts';

/** The graphs do not depend on it; `dev` is what would be deployed first. */
const STAGE = 'dev';

/** The graph of each service's network, from its template as it is compiled; without ARNs, for nothing runs. */
export function serviceGraphs(): Promise<WireGraph[]> {
  return Promise.all(
    findServices().map(async ({ name, folder }) => {
      const { template } = await compileTemplate(folder, { stage: STAGE });
      return wireGraphOf(template as unknown as CloudFormationTemplate, { service: name });
    }),
  );
}
