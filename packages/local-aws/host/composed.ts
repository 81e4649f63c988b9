import { dirname, join } from 'node:path';
import { COMPOSE_FILE, type ComposedService, findComposeFolder, readCompose } from '../compose.ts';

/** A service, and where the serverless-compose.yml is that holds for it, when that is not at or above its folder. */
export interface Composable {
  folder: string;
  composeFolder?: string | undefined;
}

/** The serverless-compose.yml that holds for a service; where it would be when there is none. */
export function composeFileOf({ folder, composeFolder }: Composable): string {
  return join(composeFolder ?? findComposeFolder(folder) ?? folder, COMPOSE_FILE);
}

/** The services of that file, in their order. Throws ComposeError. */
export function composedWith(service: Composable): ComposedService[] {
  return readCompose(dirname(composeFileOf(service)));
}

/** The same; none as long as the file cannot be read, which bringing a service says. */
export function readableWith(service: Composable): ComposedService[] {
  try {
    return composedWith(service);
  } catch {
    return [];
  }
}

/** Whether one service needs another there, or takes its outputs. */
export function takesFrom(service: Composable, other: { name: string }): boolean {
  const self = readableWith(service).find(({ folder }) => folder === service.folder);
  return self?.dependsOn.includes(other.name) ?? false;
}
