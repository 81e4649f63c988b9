import { describe, expect, it } from '@jest/globals';
import { belongsTo, placesOf } from '../src/wire/places.ts';
import { hasFailed, isSeen, showingOf } from '../src/wire/showing.ts';
import { ARN, delivery, ended, hop, publish, rallyGraph, run, write } from './wireFixtures.ts';

const places = placesOf(rallyGraph);
const show = (of: ReturnType<typeof hop>) => {
  const { token, ...rest } = showingOf(of, places);
  const brief = token && {
    way: `${token.from.id} ${token.to.id}`,
    family: token.family,
    end: token.end,
    isGhost: token.isGhost,
  };
  return { ...(brief && { token: brief }), ...rest };
};
const nodeOf = (id: string) => rallyGraph.nodes.find((node) => node.id === id);

describe('where an ARN belongs', () => {
  const graph = {
    ...rallyGraph,
    nodes: rallyGraph.nodes.map((node) =>
      node.id === 'restApi' ? { ...node, arns: [ARN.api, `${ARN.ping}:alias`] } : node,
    ),
  };

  it('is the node that names it, or the beginning of it up to a slash or a colon', () => {
    const { nodeOf: at } = placesOf(graph);

    expect(at(ARN.ping)?.id).toBe('ping');
    expect(at(`${ARN.ping}:$LATEST`)?.id).toBe('ping');
    expect(at(`${ARN.api}/POST/match/serve`)?.id).toBe('restApi');
    expect(at(`${ARN.table}/index/byDay`)?.id).toBe('matchTable');
  });

  it('is the node with the longest name that fits', () => {
    expect(placesOf(graph).nodeOf(`${ARN.ping}:alias:1`)?.id).toBe('restApi');
  });

  it('is nowhere where only the letters go on, and where nobody knows it', () => {
    const { nodeOf: at } = placesOf(graph);

    expect(at(`${ARN.ping}er`)).toBeUndefined();
    expect(at('client')).toBeUndefined();
    expect(at(undefined)).toBeUndefined();
  });

  it('is found again after more names than are remembered', () => {
    const { nodeOf: at } = placesOf(graph);
    for (let path = 0; path < 2_000; path += 1) at(`${ARN.api}/GET/games/${path}`);

    expect(at(`${ARN.api}/GET/games/7`)?.id).toBe('restApi');
    expect(at('arn:aws:lambda:x')).toBeUndefined();
  });

  it('has the drawing’s name, or else the last part of its own', () => {
    expect(places.nameOf(ARN.pongSession)).toBe('pong');
    expect(places.nameOf('arn:aws:sns:eu-west-1:000000000000:mafia-local-events')).toBe('mafia-local-events');
  });
});

describe('whose hop it is', () => {
  const other = hop({ from: 'client', to: 'arn:aws:lambda:eu-west-1:000000000000:function:mafia-local-day-turn' });

  it('is told by the drawing', () => {
    const isOurs = belongsTo('ping-pong', rallyGraph, places);

    expect([publish(), other, hop({ kind: 'provision', to: ARN.ping })].map(isOurs)).toEqual([true, false, false]);
  });

  it('is told by the service’s name where there is no drawing', () => {
    const isOurs = belongsTo('ping-pong', undefined, placesOf(undefined));

    expect([publish(), other].map(isOurs)).toEqual([true, false]);
  });
});

describe('what a hop does to the drawing', () => {
  it('sends a token along the line of a call when it begins, and lights its target when it has ended', () => {
    const begun = publish();

    expect(show(begun)).toEqual({
      token: { way: 'ping pingTopic', family: 'message', end: 'arrives', isGhost: false },
    });
    expect(show(ended(begun))).toEqual({ lights: nodeOf('pingTopic'), took: { node: nodeOf('pingTopic'), ms: 12 } });
  });

  it('gives the token the family of the end that is no function', () => {
    expect(show(write()).token?.family).toBe('store');
    expect(show(delivery()).token?.family).toBe('message');
    expect(
      show(run({ from: `${ARN.api}/POST/serve`, to: ARN.ping, detail: { type: 'RequestResponse' } })).token,
    ).toEqual({
      way: 'restApi ping',
      family: 'entry',
      end: 'arrives',
      isGhost: false,
    });
  });

  it('takes a line that is drawn the other way round backwards', () => {
    const { token } = showingOf(hop({ service: 'dynamodb', from: ARN.table, to: ARN.ping }), places);

    expect(token).toMatchObject({ isReversed: true, edge: { id: 'ping matchTable' } });
  });

  it('lets a function glow from its begin to its end, without a token where a delivery has brought it', () => {
    const begun = run();

    expect(show(begun)).toEqual({ begins: { node: nodeOf('pong'), seq: begun.seq } });
    expect(show(ended(begun))).toMatchObject({
      ends: { node: nodeOf('pong'), seq: begun.seq },
      lights: nodeOf('pong'),
    });
  });

  it('prints at a function how long its runs take, not what brought them or waited for them', () => {
    const request = hop({
      service: 'apigateway',
      action: 'GET /match',
      outcome: 'begun',
      from: 'client',
      to: ARN.pong,
    });
    const invocation = run();

    expect(show(ended(invocation, { durationMs: 412 })).took).toEqual({ node: nodeOf('pong'), ms: 412 });
    expect([delivery(), ended(request)].map((one) => show(one).took)).toEqual([undefined, undefined]);
  });

  it('draws what repeats something as a ghost: a copy, another delivery, another attempt', () => {
    const repeats = [
      delivery({ detail: { copy: 2 } }),
      delivery({ action: 'retry' }),
      run({ action: 'retry', detail: { attempt: 2 } }),
      run({ detail: { attempt: 2 } }),
    ];

    expect(repeats.map((repeat) => show(repeat).token?.isGhost)).toEqual([true, true, true, true]);
    expect(show(delivery({ detail: { copy: 1 } })).token?.isGhost).toBe(false);
  });

  it('lets a message that no filter lets in die on its way', () => {
    expect(show(delivery({ kind: 'no-match', action: 'FilterPolicy' })).token?.end).toBe('dies');
  });

  it('fails where something was refused: on arrival when it is written once, at its end otherwise', () => {
    const begun = write();
    const error = { code: 'ConditionalCheckFailedException', message: 'The conditional request failed' };

    expect(show(ended(begun, { outcome: 'error', error }))).toMatchObject({ fails: nodeOf('matchTable') });
    expect(show(write({ outcome: 'error', error }))).toMatchObject({ token: { end: 'fails' } });
    expect(show(write({ outcome: 'error', error })).fails).toBeUndefined();
  });

  it('lights where a condition did not hold on a drawing that takes it for an outcome, and fails at all else', () => {
    const begun = write();
    const error = { code: 'ConditionalCheckFailedException', message: 'The conditional request failed' };
    const lost = { outcome: 'error', error } as const;
    const throttled = { outcome: 'error', error: { code: 'ThrottlingException', message: '' } } as const;
    const shown = (of: ReturnType<typeof hop>) => showingOf(of, places, hasFailed);

    expect(shown(ended(begun, lost))).toMatchObject({ lights: nodeOf('matchTable') });
    expect(shown(ended(begun, lost)).fails).toBeUndefined();
    expect(shown(write(lost)).token?.end).toBe('arrives');
    expect(shown(ended(begun, throttled)).fails).toEqual(nodeOf('matchTable'));
  });

  it('takes the line of failures for a dead letter', () => {
    const letter = hop({ kind: 'dead-letter', service: 'lambda', action: 'on-failure', from: ARN.pong, to: ARN.queue });

    const [failing] = rallyGraph.edges.filter(({ isFailure }) => isFailure);
    if (!failing) throw new Error('the drawing has a line of failures');
    const twoWays = placesOf({
      ...rallyGraph,
      edges: [{ ...failing, id: 'usual', isFailure: false }, ...rallyGraph.edges],
    });

    expect(showingOf(letter, twoWays).token?.edge.isFailure).toBe(true);
    expect(showingOf({ ...letter, kind: 'call' }, twoWays).token?.edge.isFailure).toBe(false);
  });

  it('marks what the fault plan has done something to', () => {
    expect(show(hop({ kind: 'fault', action: 'crash-during', to: ARN.pong }))).toEqual({ strikes: nodeOf('pong') });
  });

  it('does nothing for what is not drawn', () => {
    expect(show(hop({ from: 'client', to: 'arn:aws:s3:::bucket' }))).toEqual({});
    expect(show(hop({ kind: 'provision', to: ARN.ping }))).toEqual({});
  });

  it('is worth a step unless it is a call’s good end', () => {
    const call = write();
    const seen = [call, ended(call), run(), delivery(), ended(call, { outcome: 'error' })];

    expect(seen.map((one) => isSeen(showingOf(one, places)))).toEqual([true, false, true, true, true]);
  });
});
