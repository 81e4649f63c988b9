import { Worker } from 'node:worker_threads';
import type { FloorService } from '@arcade/networks/wire';
import { type FloorGraph, type WireGraph, withArns } from '@arcade/networks/wire/graph';
import type { StackDescription } from '../cloudformation/index.ts';
import type { Stacks } from '../cloudformation/stacks.ts';
import { arnsIn } from './arns.ts';

/** The networks of services, as pages show them. */
export interface Graphs {
  /** The network of a service (`ping-pong`) as it is deployed, with the ARNs of what runs; undefined when there is no such stack. */
  of(service: string): Promise<WireGraph | undefined>;
  /** The networks of all services that are deployed as one, with the ARNs of what runs. */
  floor(): Promise<FloorGraph>;
}

/** What they are made from. */
export interface GraphParts {
  stacks: Pick<Stacks, 'get' | 'list' | 'templateOf'>;
  /** The stage on which a service is hosted; undefined: it is not. */
  stageOf(service: string): string | undefined;
  /** The ARN of a function's role. */
  roleOf(functionName: string): string | undefined;
}

const THREAD = new URL('thread.ts', import.meta.url);

/** What was laid out last, and what from. */
interface LaidOut<Graph> {
  from: readonly unknown[];
  graph: Promise<Graph>;
}

/** Makes them: each is laid out once, when it is first asked for, and again when its templates have changed. */
export function createGraphs({ stacks, stageOf, roleOf }: GraphParts): Graphs {
  const laidOut = new Map<string, LaidOut<unknown>>();

  /** `from`: what it is made of, by identity. */
  const once = <Graph>(name: string, from: readonly unknown[], layOut: () => Promise<Graph>): Promise<Graph> => {
    const known = laidOut.get(name) as LaidOut<Graph> | undefined;
    if (known?.from.length === from.length && known.from.every((one, at) => one === from[at])) return known.graph;
    const graph = layOut();
    laidOut.set(name, { from, graph });
    // Whoever asks next may have more luck, unless a later template is being laid out already.
    graph.catch(() => {
      if (laidOut.get(name)?.graph === graph) laidOut.delete(name);
    });
    return graph;
  };

  return {
    async of(service) {
      const stack = stacks.get(`${service}-${stageOf(service) ?? 'local'}`) ?? stacks.get(service);
      if (!stack) {
        laidOut.delete(service);
        return undefined;
      }
      const template = stacks.templateOf(stack.stackName);
      const graph = await once(service, [template], () =>
        inThread<WireGraph>({ service, template: madeOf(template, stack) }),
      );
      return withArns(graph, arnsIn(stack, roleOf));
    },
    async floor() {
      const services = servicesIn(stacks.list(), stageOf);
      const templates = [...services.values()].map(({ stackName }) => stacks.templateOf(stackName));
      const graph = await once(FLOOR, [...services.keys(), ...templates], () =>
        inThread<FloorGraph>({
          floor: [...services].map(
            ([service, stack], at): FloorService => ({
              service,
              template: madeOf(templates[at], stack) as FloorService['template'],
              namesOf: namesIn(stack),
            }),
          ),
        }),
      );
      const arnsOf = new Map([...services].map(([service, stack]) => [service, arnsIn(stack, roleOf)]));
      return withArns(graph, (logicalId, { service }) => arnsOf.get(service)?.(logicalId) ?? []);
    },
  };
}

/** No service has such a name. */
const FLOOR = '/';

/** The services that have stacks, by name and in its order: of one on several stages that which is hosted. */
function servicesIn(
  stacks: readonly StackDescription[],
  stageOf: GraphParts['stageOf'],
): Map<string, StackDescription> {
  const named = stacks.flatMap((stack) => {
    const [, service = stack.stackName, stage] = /^(.+)-([^-]+)$/.exec(stack.stackName) ?? [];
    if (stage === (stageOf(service) ?? 'local')) return [[service, stack] as const];
    return stageOf(service) === undefined ? [[stack.stackName, stack] as const] : [];
  });
  return new Map(named.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** By logical id all that others may know a resource by. */
const namesIn = ({ resources }: StackDescription): Record<string, string[]> =>
  Object.fromEntries(
    resources.map(({ logicalId, physicalId, attributes }) => [
      logicalId,
      [...new Set([physicalId, ...Object.values(attributes)])].filter((name) => name !== ''),
    ]),
  );

/** The template without what a condition has left out of the stack. */
function madeOf(template: unknown, { resources }: StackDescription): unknown {
  const { Resources } = (template ?? {}) as { Resources?: Record<string, { Condition?: unknown }> };
  if (!Resources) return template;
  const made = new Set(resources.map(({ logicalId }) => logicalId));
  const drawn = Object.entries(Resources).filter(([id, { Condition }]) => Condition === undefined || made.has(id));
  return { ...(template as object), Resources: Object.fromEntries(drawn) };
}

function inThread<Graph>(workerData: object): Promise<Graph> {
  const thread = new Worker(THREAD, { workerData });
  return new Promise((resolve, reject) => {
    thread.once('message', (graph: Graph) => {
      resolve(graph);
      void thread.terminate();
    });
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('the network was not laid out')));
  });
}
