import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { attributesOf, createEvent, defineEvent, jsonSchemaOf } from '../contract.ts';
import { ballHit, pingPongEvents, serveCalled } from '../contracts/pingPong.ts';
import { EventRefusedError } from '../errors.ts';
import { parseEvent } from '../parse.ts';
import { buildEvent } from '../testing.ts';

const context = { newId: () => 'id-1', nowMs: 0 };

describe('createEvent', () => {
  it('starts a chain: the correlation id is its own id, and nothing caused it', () => {
    const event = createEvent(ballHit, { rally: 1, stroke: 1, by: 'ping' }, context);

    expect(event).toMatchObject({ id: 'id-1', correlationId: 'id-1', time: '1970-01-01T00:00:00.000Z', version: 1 });
    expect(event).not.toHaveProperty('causationId');
  });

  it('goes on with the correlation id of its cause', () => {
    const cause = { id: 'cause', correlationId: 'chain' };

    const event = createEvent(ballHit, { rally: 1, stroke: 2, by: 'pong' }, { ...context, cause });

    expect(event).toMatchObject({ correlationId: 'chain', causationId: 'cause' });
  });

  it('takes the id of a request for a chain that a request starts', () => {
    const event = createEvent(ballHit, { rally: 1, stroke: 1, by: 'ping' }, { ...context, correlationId: 'request-7' });

    expect(event.correlationId).toBe('request-7');
  });

  it('refuses a detail that breaks its own contract', () => {
    expect(() => createEvent(ballHit, { rally: 0, stroke: 1, by: 'ping' }, context)).toThrow(z.core.$ZodError);
  });
});

describe('defineEvent', () => {
  it.each(['BallHit', 'ping-pong.ball', 'ping_pong', 'a.b.c'])('refuses the type %s', (type) => {
    const define = () => defineEvent({ type, version: 1, source: 's', description: '', detail: z.object({}) });

    expect(define).toThrow(type);
  });
});

describe('parseEvent', () => {
  it('gives back what was published, from JSON text, without fields that it does not know', () => {
    const event = buildEvent(ballHit, { rally: 3, stroke: 4, by: 'pong' });
    const text = JSON.stringify({ ...event, addedLater: 1, detail: { ...event.detail, spin: 'top' } });

    expect(parseEvent(pingPongEvents, text)).toEqual(event);
  });

  it.each([
    ['text that is not JSON', 'pong', 'not JSON'],
    ['something without a type', { ball: 1 }, 'type'],
    ['null', null, 'object'],
    ['a type that is not expected', { type: 'mafia.killed' }, 'ping_pong.ball_hit'],
    ['another version', { ...buildEvent(ballHit, { rally: 1, stroke: 1, by: 'ping' }), version: 2 }, 'version'],
    [
      'a wrong detail',
      { ...buildEvent(ballHit, { rally: 1, stroke: 1, by: 'ping' }), detail: { rally: 1 } },
      'detail.stroke',
    ],
  ])('refuses %s and says why', (_what, value, reason) => {
    const parse = () => parseEvent(pingPongEvents, value);

    expect(parse).toThrow(EventRefusedError);
    expect(parse).toThrow(reason);
  });
});

describe('attributesOf', () => {
  it('adds the attributes of the contract to type and correlation id', () => {
    const event = buildEvent(serveCalled, { rally: 1, server: 'pong', ralliesLeft: 0 }, { correlationId: 'c' });

    expect(attributesOf(pingPongEvents, event)).toEqual({
      type: 'ping_pong.serve_called',
      correlationId: 'c',
      server: 'pong',
    });
  });
});

describe('jsonSchemaOf', () => {
  it.each(pingPongEvents.map((contract) => [contract.type, contract] as const))('describes %s', (type, contract) => {
    const schema = jsonSchemaOf(contract);

    expect(schema).toMatchObject({ title: type, type: 'object', properties: { type: { enum: [type] } } });
    expect(JSON.stringify(schema)).not.toContain('additionalProperties');
    expect(schema.required).toEqual(expect.arrayContaining(['id', 'time', 'correlationId', 'detail']));
  });
});
