import { edgeKey } from '../core/facts.ts';
import { kindOf, type Node, nodeOf } from '../core/network.ts';
import { edgesOf, type Finding, type Looked, listed, suppliedOf } from './finding.ts';
import { reachable } from './graph.ts';

/** Where things begin: the world, a clock, a person. An open end counts too: whatever closes it may be one. */
const isSource = (node: Node): boolean =>
  node.kind === 'open' ||
  // Whoever asks a catalog is no part of a network.
  ['http', 'websocket', 'schedule', 'skill', 'external', 'users', 'identities', 'catalog'].includes(node.kind);

const openEnds = ({ nodes }: Looked): Finding[] =>
  nodes
    .filter((node) => node.kind === 'open')
    .map((node) => ({
      rule: 'open-end',
      node: node.name,
      sentence: `The open end "${node.name}" is not closed: overlay a ${kindOf(node)} of that name, or import it when you compile.`,
    }));

const untriggered = ({ nodes, into }: Looked): Finding[] =>
  nodes
    .filter(({ kind, name }) => kind === 'function' && !into.has(name))
    .map(({ name }) => ({
      rule: 'function-untriggered',
      node: name,
      sentence: `Nothing triggers or calls the function "${name}": give it a trigger, or leave it out.`,
    }));

const unread = (looked: Looked): Finding[] =>
  suppliedOf(looked, 'queue')
    .filter(({ name, settings }) => !settings.keeps && !looked.outOf.has(name))
    .map(({ name }) => ({
      rule: 'queue-unread',
      node: name,
      sentence: `Nobody reads the queue "${name}": its messages expire unread. Let it trigger a function.`,
    }));

/** It has no dead-letter queue: what a reader fails on would come back until it expires. */
const keptAndRead = (looked: Looked): Finding[] =>
  suppliedOf(looked, 'queue')
    .filter(({ name, settings }) => settings.keeps && looked.outOf.has(name))
    .map(({ name }) => ({
      rule: 'queue-kept-and-read',
      node: name,
      sentence: `The queue "${name}" is said to keep its messages, and is read: leave keeps off, or the reader out.`,
    }));

/** A message goes to whoever asks first; a reader's filter deletes what it does not match, so filters do not part them. */
const contended = ({ nodes, outOf }: Looked): Finding[] =>
  nodes
    .filter((node) => kindOf(node) === 'queue')
    .flatMap(({ name }): Finding[] => {
      const readers = edgesOf(outOf.get(name) ?? [], 'queue triggers function', 'queue triggers pipe');
      if (readers.length < 2) return [];
      const sentence = `${listed(readers.map(({ to }) => to))} compete for the messages of the queue "${name}", and each message reaches one of them only: give each reader a queue of its own, behind a topic whose subscriptions say who gets what.`;
      return [{ rule: 'queue-contended', node: name, sentence }];
    });

const unreadStreams = (looked: Looked): Finding[] =>
  suppliedOf(looked, 'stream')
    .filter(({ name }) => !looked.outOf.has(name))
    .map(({ name }) => ({
      rule: 'stream-unread',
      node: name,
      sentence: `Nothing takes from the stream "${name}": its records expire unread. Let it trigger a function or a delivery stream.`,
    }));

const unusedSources = ({ nodes, outOf, into }: Looked): Finding[] =>
  nodes
    .filter(
      ({ kind, name }) =>
        ['http', 'websocket', 'schedule', 'skill'].includes(kind) && !outOf.has(name) && !into.has(name),
    )
    .map(({ kind, name }) => ({
      rule: 'source-unused',
      node: name,
      sentence: `The ${kind} "${name}" triggers nothing: connect it, or leave it out.`,
    }));

/** What nothing puts anything in: it is there to be used. */
const USED: ReadonlySet<string> = new Set(['secret', 'key', 'parameter']);

const unreachedSentence = (kind: string, name: string): string => {
  if (kind === 'external') return `Nothing calls the external service "${name}", and it calls nothing: leave it out.`;
  if (USED.has(kind)) return `Nothing uses the ${kind} "${name}": let a function read it, or leave it out.`;
  return `Nothing reaches the ${kind} "${name}": nothing writes, sends or publishes to it. Connect it, or leave it out.`;
};

const unreached = ({ nodes, into, outOf }: Looked): Finding[] => {
  const idle = ({ kind, name }: Node): boolean => kind === 'external' && !into.has(name) && !outOf.has(name);
  const lonely = nodes.filter(
    (node) => idle(node) || (!isSource(node) && node.kind !== 'function' && !into.has(node.name)),
  );
  // What follows from a node that is reported already is not reported again.
  const starts = nodes.filter((node) => isSource(node) || !into.has(node.name)).map(({ name }) => name);
  const seen = reachable(starts, outOf);
  const cutOff = nodes.filter(({ name }) => !seen.has(name));
  return [
    ...lonely.map(({ kind, name }) => ({ kind, name, sentence: unreachedSentence(kind, name) })),
    ...cutOff.map(({ kind, name }) => ({
      kind,
      name,
      sentence: `The ${kind} "${name}" is reached only from a cycle that nothing from outside ever starts: give the cycle a trigger.`,
    })),
  ].map(({ name, sentence }) => ({ rule: 'node-unreached', node: name, sentence }));
};

const unknownIndexes = ({ network }: Looked): Finding[] =>
  Object.values(network.edges).flatMap((edge) => {
    const index = 'index' in edge.settings ? edge.settings.index : undefined;
    const table = nodeOf(network, edge.to);
    if (index === undefined || table?.kind !== 'table' || Object.hasOwn(table.settings.indexes ?? {}, index)) return [];
    const key = edgeKey(edge);
    const sentence = `"${key}" reads an index that the table "${table.name}" does not have: add ${index} to its indexes.`;
    return [{ rule: 'index-unknown' as const, node: table.name, edge: key, sentence }];
  });

/** What is missing at an end of something, or one too many. */
export const endFindings = (looked: Looked): Finding[] =>
  [
    openEnds,
    untriggered,
    unread,
    keptAndRead,
    contended,
    unreadStreams,
    unknownIndexes,
    unreached,
    unusedSources,
  ].flatMap((look) => look(looked));
