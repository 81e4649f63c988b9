import { AwsError } from '../core/errors.ts';

/** Nothing in AWS's Query APIs nests deeper, or lists more. */
const MAX_DEPTH = 24;
const MAX_FIELDS = 5000;

interface Node {
  value?: string;
  children?: Map<string, Node>;
}

/**
 * Reads a form-encoded body of AWS's Query protocol into a nested object: `A.member.1` becomes an array, `A.entry.1.key`
 * (or `.Name`) with `.value` becomes an object, all else nests by its dots. Every leaf is a string. Throws AwsError
 * `MalformedQueryString`.
 */
export function parseForm(body: string): Record<string, unknown> {
  const root: Node = { children: new Map() };
  // Before they are parsed: all of them are, at once.
  if (hasMoreFields(body)) throw malformed(`it has more than ${MAX_FIELDS} fields`);
  for (const [name, value] of new URLSearchParams(body)) insert(root, name, value);
  return objectOf(root.children ?? new Map());
}

function hasMoreFields(body: string): boolean {
  let fields = 1;
  for (let at = body.indexOf('&'); at !== -1 && fields <= MAX_FIELDS; at = body.indexOf('&', at + 1)) fields += 1;
  return fields > MAX_FIELDS;
}

function malformed(reason: string): AwsError {
  return new AwsError('MalformedQueryString', `The form-encoded request is malformed: ${reason}.`);
}

function insert(root: Node, name: string, value: string): void {
  const path = name.split('.', MAX_DEPTH + 1);
  if (path.length > MAX_DEPTH) throw malformed(`'${name.slice(0, 60)}...' nests more than ${MAX_DEPTH} levels`);
  let node = root;
  for (const step of path) {
    if (step === '' || step === '__proto__') throw malformed(`'${name}' is no name of a parameter`);
    node.children ??= new Map();
    let child = node.children.get(step);
    if (!child) {
      child = {};
      node.children.set(step, child);
    }
    node = child;
  }
  if (node.value !== undefined) throw malformed(`'${name}' is given twice`);
  node.value = value;
}

function valueAt(node: Node, name: string): unknown {
  const { value, children } = node;
  if (!children) return value;
  // The SDKs write `A=` for an empty list beside nothing else; a real value beside members contradicts itself.
  if (value) throw malformed(`'${name}' has both a value and members`);
  const [only] = children.keys();
  if (children.size === 1 && only === 'member') return listOf(children.get('member'), `${name}.member`);
  if (children.size === 1 && only === 'entry') return mapOf(children.get('entry'), `${name}.entry`);
  return objectOf(children, name);
}

function objectOf(children: Map<string, Node>, parent = ''): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, child] of children) result[key] = valueAt(child, parent ? `${parent}.${key}` : key);
  return result;
}

/** The members by their numbers, which count up but may have gaps. */
function numbered(node: Node | undefined, name: string): Node[] {
  const numbers = [...(node?.children ?? [])].map(([key, child]) => {
    if (!/^[1-9]\d{0,5}$/.test(key)) throw malformed(`'${name}.${key}' is not numbered from 1`);
    return { number: Number(key), child };
  });
  return numbers.toSorted((left, right) => left.number - right.number).map(({ child }) => child);
}

function listOf(node: Node | undefined, name: string): unknown[] {
  return numbered(node, name).map((child) => valueAt(child, name));
}

function mapOf(node: Node | undefined, name: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const { children } of numbered(node, name)) {
    // SNS calls the halves of a message attribute Name and Value, and those of any other map key and value.
    const key = (children?.get('key') ?? children?.get('Name'))?.value;
    const value = children?.get('value') ?? children?.get('Value');
    if (key === undefined || key === '__proto__') throw malformed(`an entry of '${name}' has no key`);
    if (Object.hasOwn(result, key)) throw malformed(`'${name}' has the key '${key}' twice`);
    result[key] = value === undefined ? '' : valueAt(value, `${name}.${key}`);
  }
  return result;
}
