import type { LocalService } from '../core/service.ts';
import { pipeType } from './pipeResource.ts';
import { createPipes as createAll, type PipesParts } from './pipes.ts';

/** EventBridge Pipes of templates, from queues. */
export function createPipes(parts: PipesParts): LocalService {
  const pipes = createAll(parts);
  return {
    id: 'pipes',
    resources: [pipeType(pipes)],
    resume: () => pipes.resume(),
    close: async () => pipes.close(),
  };
}
