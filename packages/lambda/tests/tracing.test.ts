import { describe, expect, it, jest } from '@jest/globals';
import { annotate, traced } from '../tracing.ts';

describe('outside of Lambda', () => {
  it('a traced client is the client itself, untouched: its calls need no trace', () => {
    const middlewareStack = { remove: jest.fn(), use: jest.fn() };
    const client = { middlewareStack };

    expect(traced(client)).toBe(client);
    expect(middlewareStack.use).not.toHaveBeenCalled();
  });

  it('an annotation goes nowhere, and does no harm', () => {
    expect(() => annotate('gameId', 'g-1')).not.toThrow();
  });
});
