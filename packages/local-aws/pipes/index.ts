import type { LocalService } from '../core/service.ts';
import { pipeType } from './pipeResource.ts';
import { createPipes as createAll, type PipesParts } from './pipes.ts';

/** EventBridge Pipes of templates, from queues and streams. */
export function createPipes(parts: PipesParts): LocalService {
  const pipes = createAll(parts);
  return {
    id: 'pipes',
    takersOf: pipes.takersOf,
    resources: [pipeType(pipes, parts.sources)],
    resume: () => pipes.resume(),
    close: async () => pipes.close(),
  };
}
