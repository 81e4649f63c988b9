import { relative } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../../packages/events/catalogue.ts';
import { ALL_CONTRACTS } from '../../packages/events/contracts/all.ts';
import { parseEvent } from '../../packages/events/parse.ts';
import { eventFiles, staleFiles } from '../events.ts';
import { ROOT } from '../workspace.ts';

describe('the catalogue of events', () => {
  let made: Awaited<ReturnType<typeof eventFiles>>;
  let catalogue: Catalogue;
  let document: string;

  beforeAll(async () => {
    made = await eventFiles();
    const [asyncApi, page] = made.files;
    document = asyncApi?.content ?? '';
    catalogue = JSON.parse(page?.content ?? '') as Catalogue;
  });

  it('is written down as it is: npm run events does it', () => {
    expect(staleFiles(made.files).map(({ path }) => relative(ROOT, path))).toEqual([]);
  });

  it('fits together: each event is published, and taken or said to be unheard, and no function gets what it is not written for', () => {
    expect(made.problems).toEqual([]);
  });

  it('has every contract, with an example that the contract takes', () => {
    expect(catalogue.events.map(({ type, version }) => `${type} ${version}`)).toEqual(
      ALL_CONTRACTS.map(({ type, version }) => `${type} ${version}`),
    );
    for (const { example } of catalogue.events) expect(parseEvent(ALL_CONTRACTS, example)).toEqual(example);
  });

  it('follows what is published from one service into the other, as serverless-compose.yml wires them', () => {
    const serve = catalogue.events.find(({ type }) => type === 'ping_pong.ball_hit');

    expect(serve?.publishers).toContainEqual(expect.objectContaining({ node: 'ping', channel: 'ping-pong.pingTopic' }));
    expect(serve?.consumers).toContainEqual(expect.objectContaining({ node: 'pong', channel: 'ping-pong.pingTopic' }));
    expect(serve?.consumers).toContainEqual({
      channel: 'ping-pong.pingTopic',
      service: 'lobby',
      node: 'tell',
      kind: 'function',
      only: expect.stringContaining('"stroke"'),
    });
  });

  it('is a document that the parser of AsyncAPI takes without a word', async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(document);

    expect(diagnostics.map(({ message, path }) => `${path.join('.')}: ${message}`)).toEqual([]);
    expect(parsed?.version()).toBe('3.1.0');
    expect(parsed?.allChannels().length).toBe(catalogue.channels.length);
  });
});
