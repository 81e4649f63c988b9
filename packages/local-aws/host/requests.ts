import { readCompose, servicesNamed } from '../compose.ts';
import type { HostRequest } from './host.ts';
import { portsFrom } from './ports.ts';

/** The stage that the services are compiled for. */
const STAGE = 'local';

/**
 * What is to be hosted of a folder's serverless-compose.yml, which holds for it wherever the services lie; nothing without a folder. Throws
 * ComposeError for a name that is none.
 */
export function requestsFor(names: 'all' | readonly string[], composeFolder: string | undefined): HostRequest[] {
  const all = composeFolder === undefined ? [] : readCompose(composeFolder);
  const ports = portsFrom();
  return (names === 'all' ? all : servicesNamed(all, names)).map(({ name, folder }) => ({
    ...{ name, folder, composeFolder },
    stage: STAGE,
    ports: ports.of(name),
  }));
}
