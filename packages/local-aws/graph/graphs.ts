import { Worker } from 'node:worker_threads';
import { type WireGraph, withArns } from '@arcade/networks/wire/graph';
import type { StackDescription } from '../cloudformation/index.ts';
import type { Stacks } from '../cloudformation/stacks.ts';
import { arnsIn } from './arns.ts';

/** The networks of services, as pages show them. */
export interface Graphs {
  /** The network of a service (`ping-pong`) as it is deployed, with the ARNs of what runs; undefined when there is no such stack. */
  of(service: string): Promise<WireGraph | undefined>;
}

/** What they are made from. */
export interface GraphParts {
  stacks: Pick<Stacks, 'get' | 'templateOf'>;
  /** The stage on which a service is hosted; undefined: it is not. */
  stageOf(service: string): string | undefined;
  /** The ARN of a function's role. */
  roleOf(functionName: string): string | undefined;
}

const THREAD = new URL('thread.ts', import.meta.url);

/** Makes them: each template is laid out once, when its graph is first asked for. */
export function createGraphs({ stacks, stageOf, roleOf }: GraphParts): Graphs {
  const laidOut = new Map<string, { template: unknown; graph: Promise<WireGraph> }>();

  const layOut = (service: string, stack: StackDescription): Promise<WireGraph> => {
    const template = stacks.templateOf(stack.stackName);
    const known = laidOut.get(service);
    if (known && known.template === template) return known.graph;
    const graph = inThread(service, madeOf(template, stack));
    laidOut.set(service, { template, graph });
    // Whoever asks next may have more luck, unless a later template is being laid out already.
    graph.catch(() => {
      if (laidOut.get(service)?.graph === graph) laidOut.delete(service);
    });
    return graph;
  };

  return {
    async of(service) {
      const stack: StackDescription | undefined =
        stacks.get(`${service}-${stageOf(service) ?? 'local'}`) ?? stacks.get(service);
      if (!stack) {
        laidOut.delete(service);
        return undefined;
      }
      return withArns(await layOut(service, stack), arnsIn(stack, roleOf));
    },
  };
}

/** The template without what a condition has left out of the stack. */
function madeOf(template: unknown, { resources }: StackDescription): unknown {
  const { Resources } = (template ?? {}) as { Resources?: Record<string, { Condition?: unknown }> };
  if (!Resources) return template;
  const made = new Set(resources.map(({ logicalId }) => logicalId));
  const drawn = Object.entries(Resources).filter(([id, { Condition }]) => Condition === undefined || made.has(id));
  return { ...(template as object), Resources: Object.fromEntries(drawn) };
}

function inThread(service: string, template: unknown): Promise<WireGraph> {
  const thread = new Worker(THREAD, { workerData: { service, template } });
  return new Promise((resolve, reject) => {
    thread.once('message', (graph: WireGraph) => {
      resolve(graph);
      void thread.terminate();
    });
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error(`the network of ${service} was not laid out`)));
  });
}
