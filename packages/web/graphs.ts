import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WireGraph } from '@arcade/networks/wire/graph';
import type { Plugin } from 'vite';

/** What scripts/graphs.ts exports. It is loaded by its path, and only where graphs are wanted: it compiles every template. */
interface GraphsModule {
  serviceGraphs(): Promise<WireGraph[]>;
  floorGraph(): Promise<WireGraph>;
}

/** Writes `graphs/<service>.json` for each service, and `graphs/floor.json` for all as one: a deployed page has no local-aws that it could ask for what runs. */
export function graphs(): Plugin {
  return {
    name: 'arcade-graphs',
    apply: 'build',
    async generateBundle() {
      const module = pathToFileURL(join(import.meta.dirname, '../../scripts/graphs.ts')).href;
      const { floorGraph, serviceGraphs } = (await import(module)) as GraphsModule;
      for (const graph of [...(await serviceGraphs()), await floorGraph()])
        this.emitFile({ type: 'asset', fileName: `graphs/${graph.service}.json`, source: JSON.stringify(graph) });
    },
  };
}
