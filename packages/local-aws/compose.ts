import { COMPOSE_FILE, type ComposeEntry, ComposeError, composeEntries, fillReferences } from '@arcade/compose';
import { topologicalOrder } from './cloudformation/graph.ts';
import { didYouMean } from './cloudformation/problems.ts';

export { COMPOSE_FILE, ComposeError, findComposeFolder, referencesIn } from '@arcade/compose';

/** A service of serverless-compose.yml. */
export type ComposedService = ComposeEntry;

/** Outputs of the services that are provisioned, by service and output. */
export type ComposedOutputs = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * Reads serverless-compose.yml in `folder`: the services, each after those that it depends on. None without the file.
 * Throws ComposeError: what is no YAML or does not fit, a service that is referred to but not there, services that wait for each other.
 */
export function readCompose(folder: string): ComposedService[] {
  return inOrder(composeEntries(folder));
}

function inOrder(services: readonly ComposedService[]): ComposedService[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  for (const { name, dependsOn } of services) {
    const missing = dependsOn.find((other) => !byName.has(other));
    if (missing === undefined) continue;
    throw new ComposeError(
      `${COMPOSE_FILE}: '${name}' depends on '${missing}', which is no service there${didYouMean(missing, byName.keys())}`,
    );
  }
  const sorted = topologicalOrder([...byName.keys()], (name) => byName.get(name)?.dependsOn ?? []);
  if ('cycle' in sorted)
    throw new ComposeError(`${COMPOSE_FILE}: services wait for each other: ${sorted.cycle.join(' -> ')}`);
  return sorted.order.flatMap((name) => byName.get(name) ?? []);
}

/** The services of these names, in their order. Throws ComposeError for a name that is none. */
export function servicesNamed(services: readonly ComposedService[], names: readonly string[]): ComposedService[] {
  const unknown = names.find((name) => !services.some((service) => service.name === name));
  if (unknown !== undefined) {
    const known = services.map(({ name }) => name).join(', ');
    throw new ComposeError(`There is no service '${unknown}': ${known || 'none yet'}.`);
  }
  return services.filter(({ name }) => names.includes(name));
}

/** What must be provisioned before `name`, in order, without itself. Throws ComposeError when it is not there. */
export function dependenciesOf(services: readonly ComposedService[], name: string): ComposedService[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  if (!byName.has(name)) {
    throw new ComposeError(`${COMPOSE_FILE} has no service '${name}'${didYouMean(name, byName.keys())}`);
  }
  const needed = new Set<string>();
  const visit = (one: string) => {
    for (const dependency of byName.get(one)?.dependsOn ?? []) {
      if (needed.has(dependency)) continue;
      needed.add(dependency);
      visit(dependency);
    }
  };
  visit(name);
  return services.filter((service) => needed.has(service.name));
}

/**
 * The params of a service with other services' outputs in their places: what compose passes with `--param`.
 * Throws ComposeError when an output is not there.
 */
export function resolveParams({ name, params }: ComposedService, outputs: ComposedOutputs): Record<string, string> {
  const outputOf = (param: string, service: string, output: string): string => {
    const known = outputs.get(service);
    const value = known?.[output];
    if (value !== undefined) return value;
    const hint = known ? `has no such output${didYouMean(output, Object.keys(known))}` : 'is not provisioned';
    throw new ComposeError(
      `${COMPOSE_FILE}: the param '${param}' of '${name}' takes ${output} of '${service}', which ${hint}`,
    );
  };
  const entries = Object.entries(params).map(([param, text]) => [
    param,
    fillReferences(text, (service, output) => outputOf(param, service, output)),
  ]);
  return Object.fromEntries(entries);
}
