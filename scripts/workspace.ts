import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** The repository's folder. */
export const ROOT = dirname(import.meta.dirname);

/** A service: a folder under services/ that has a serverless.yml. */
export interface Service {
  /** The folder's name, which is also the service's name in serverless.yml and in serverless-compose.yml. */
  name: string;
  folder: string;
}

/** All services there are, by looking, in alphabetical order. */
export function findServices(root = ROOT): Service[] {
  const services = join(root, 'services');
  if (!existsSync(services)) return [];
  return readdirSync(services)
    .sort()
    .map((name) => ({ name, folder: join(services, name) }))
    .filter(({ folder }) => existsSync(join(folder, 'serverless.yml')));
}

/** A service with one of the sets of params that it can be deployed with instead of its defaults. */
export interface Variant extends Service {
  params: Record<string, string>;
}

/** The variants of services, by looking: one for each set of params that a package.json lists under `validate`: `smart-home sync`. */
export function findVariants(services = findServices()): Variant[] {
  return services.flatMap(({ name, folder }) => {
    const { validate = [] } = readJson<{ validate?: Record<string, string>[] }>(join(folder, 'package.json'));
    return validate.map((params) => ({ name: [name, ...Object.values(params)].join(' '), folder, params }));
  });
}

/** The names in `wanted` as services. Throws an Error that names the first unknown one and the known ones. */
export function servicesNamed(wanted: readonly string[], services = findServices()): Service[] {
  return wanted.map((name) => {
    const found = services.find((service) => service.name === name);
    if (!found)
      throw new Error(`there is no service '${name}': ${services.map((s) => s.name).join(', ') || 'none yet'}`);
    return found;
  });
}

/** The script of a tool of the workspace, to be run with `process.execPath`: `toolPath('jest', 'bin/jest.js')`. */
export function toolPath(packageName: string, script: string, folder = ROOT): string {
  const path = join(folder, 'node_modules', packageName, script);
  if (existsSync(path)) return path;
  if (folder !== ROOT) return toolPath(packageName, script);
  throw new Error(`${packageName} is not installed: npm start and npm test install everything`);
}

/** osls, as the service's own folder has it. */
export function slsPath(service: Service): string {
  return toolPath('serverless', 'bin/serverless.js', service.folder);
}

/**
 * An environment in which the workspace's tools, Node.js 24 first of all, are found before the machine's, and modules are
 * compiled once.
 */
export function toolEnvironment(
  extra: Record<string, string> = {},
  inherited: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return {
    ...inherited,
    PATH: [join(ROOT, 'node_modules/.bin'), inherited.PATH].join(delimiter),
    NODE_COMPILE_CACHE: join(ROOT, '.cache/node'),
    ...extra,
  };
}

/** A JSON file's content; the caller says what it expects. */
export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

/** The variable that tells tests where a service's API is: `ARCADE_PING_PONG_URL`. */
export function environmentName(service: string): string {
  return `ARCADE_${service.toUpperCase().replaceAll('-', '_')}_URL`;
}
