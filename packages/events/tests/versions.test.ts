import { describe, expect, it } from '@jest/globals';
import { type AnyEvent, attributesOf, type Contract } from '../contract.ts';
import { ALL_CONTRACTS } from '../contracts/all.ts';
import { ballHit } from '../contracts/pingPong.ts';
import { parseEvent } from '../parse.ts';
import { storedEvent } from '../stored.ts';
import { PUBLISHED } from './publishedEvents.ts';

const publishedAs = ({ type, version }: Contract) =>
  PUBLISHED.find((event) => event.type === type && event.version === version);

describe.each(ALL_CONTRACTS.map((contract) => [contract.type, contract] as const))('%s', (_type, contract) => {
  it('still reads what was published under its version, every field: what cannot is a new version', () => {
    expect(parseEvent([contract], publishedAs(contract))).toEqual(publishedAs(contract));
  });
});

describe('an event that was stored', () => {
  it.each([
    ...PUBLISHED,
    { ...PUBLISHED[0], version: 0, detail: { shot: 7 } } as AnyEvent,
    { ...PUBLISHED[0], version: 2, addedLater: true } as AnyEvent,
  ])('is read as it is: %j', (event) => {
    expect(storedEvent().parse(event)).toEqual(event);
  });

  it('goes out without attributes of its contract when that has another version', () => {
    const old = { ...PUBLISHED[0], version: 0, detail: {} } as AnyEvent;

    expect(attributesOf([ballHit], old)).toStrictEqual({ type: 'ping_pong.ball_hit', correlationId: 'chain-1' });
  });
});
