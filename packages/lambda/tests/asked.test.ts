import { describe, expect, it } from '@jest/globals';
import { askedHandler } from '../asked.ts';
import { recordingLog } from '../testing.ts';

const context = { awsRequestId: 'request-1' };
const idIn = (question: unknown) => (question as { id?: string }).id;

describe('a handler that is asked', () => {
  it('answers, and has each line of the log carry the question’s id, or else the invocation’s', async () => {
    const { log, lines } = recordingLog();
    const respond = async (question: unknown, { correlationId }: { correlationId: string }) => {
      log.info('heard');
      return { question, correlationId };
    };
    const handler = askedHandler(respond, { correlationIdOf: idIn, log });

    expect(await handler({ id: 'directive-1' }, context)).toEqual({
      question: { id: 'directive-1' },
      correlationId: 'directive-1',
    });
    expect(await handler({}, context)).toEqual({ question: {}, correlationId: 'request-1' });
    expect(lines.map(({ correlationId }) => correlationId)).toEqual(['directive-1', 'request-1']);
  });

  it('logs what it fails with, and fails with it', async () => {
    const { log, lines } = recordingLog();
    const failure = new Error('no idea');

    const failed = askedHandler(() => Promise.reject(failure), { log })('why?', context);

    await expect(failed).rejects.toBe(failure);
    expect(lines).toMatchObject([{ level: 'error', extra: failure, correlationId: 'request-1' }]);
  });
});
