import { givesUp } from '../compile/failures.ts';
import { kebab } from '../core/names.ts';
import { type Finding, type Looked, listed, suppliedOf } from './finding.ts';

/** The SQS queues that compile names, each with the node that it is made for: a name is one queue in an account and region. */
const queueNames = (looked: Looked): [name: string, node: string][] => [
  ...suppliedOf(looked, 'queue').flatMap(({ name, settings }): [string, string][] => {
    const ending = settings.fifo ? '.fifo' : '';
    const own: [string, string] = [`${kebab(name)}${ending}`, name];
    return settings.keeps ? [own] : [own, [`${kebab(name)}-dead-letters${ending}`, name]];
  }),
  ...suppliedOf(looked, 'function')
    .filter(({ name }) => givesUp(looked.into.get(name) ?? []))
    .map(({ name }): [string, string] => [`${kebab(name)}-failures`, name]),
];

/** Two things that would get one name: the second is refused when it is deployed, and the first half of the stack is there by then. */
export const collisionFindings = (looked: Looked): Finding[] => {
  const owners = new Map<string, string[]>();
  for (const [name, node] of queueNames(looked)) owners.set(name, [...(owners.get(name) ?? []), node]);
  return [...owners].flatMap(([name, nodes]): Finding[] => {
    const [node] = nodes.sort();
    if (node === undefined || nodes.length < 2) return [];
    const sentence = `${listed(nodes)} would both have a queue of the name <service>-<stage>-${name}: rename one of them.`;
    return [{ rule: 'name-collision', node, sentence }];
  });
};
