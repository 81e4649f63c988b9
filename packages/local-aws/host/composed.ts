import { dirname, join } from 'node:path';
import { COMPOSE_FILE, type ComposedService, findComposeFolder, readCompose } from '../compose.ts';

/** The serverless-compose.yml at or above a service's folder; where it would be when there is none. */
export function composeFileAround(folder: string): string {
  return join(findComposeFolder(folder) ?? folder, COMPOSE_FILE);
}

/** The services of that file, in their order. Throws ComposeError. */
export function composedAround(folder: string): ComposedService[] {
  return readCompose(dirname(composeFileAround(folder)));
}

/** The same; none as long as the file cannot be read, which bringing a service says. */
export function readableAround(folder: string): ComposedService[] {
  try {
    return composedAround(folder);
  } catch {
    return [];
  }
}

/** Whether one service needs another there, or takes its outputs. */
export function takesFrom(service: { folder: string }, other: { name: string }): boolean {
  const self = readableAround(service.folder).find(({ folder }) => folder === service.folder);
  return self?.dependsOn.includes(other.name) ?? false;
}
