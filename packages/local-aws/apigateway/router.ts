/** Where a request goes. */
export interface Found<Target> {
  target: Target;
  /** Decoded. */
  pathParameters: Record<string, string>;
}

interface Entry<Target> {
  target: Target;
  /** Of the path's parameters, from the left. */
  names: string[];
}

interface Node<Target> {
  literals: Map<string, Node<Target>>;
  parameter?: Node<Target>;
  /** What takes all the rest, by method. */
  greedy?: Map<string, Entry<Target>>;
  /** What is here, by method. */
  methods: Map<string, Entry<Target>>;
}

/**
 * The paths of a deployment, made once and asked for each request. A literal part goes before `{name}`, and that before
 * `{name+}`, part by part from the left; what does not have the method is passed over.
 */
export class PathTree<Target> {
  readonly #root: Node<Target> = newNode();
  readonly #all: Target[] = [];

  /** All that was added. */
  get targets(): readonly Target[] {
    return this.#all;
  }

  /** Adds `/games/{gameId}` or `/files/{proxy+}`; `ANY` stands for every method that the path does not name. */
  add(path: string, method: string, target: Target): void {
    this.#all.push(target);
    let node = this.#root;
    const names: string[] = [];
    for (const segment of segmentsOf(path)) {
      if (segment.endsWith('+}')) {
        names.push(segment.slice(1, -2));
        node.greedy ??= new Map();
        node.greedy.set(method, { target, names });
        return;
      }
      if (segment.startsWith('{')) {
        names.push(segment.slice(1, -1));
        node.parameter ??= newNode();
        node = node.parameter;
      } else {
        const next: Node<Target> = node.literals.get(segment) ?? newNode();
        node.literals.set(segment, next);
        node = next;
      }
    }
    node.methods.set(method, { target, names });
  }

  /** Finds what a path (still percent-encoded) is for; undefined when nothing is, or not with this method. */
  find(method: string, path: string): Found<Target> | undefined {
    const parts = segmentsOf(path);
    const values: string[] = [];
    const entry = search(this.#root, { method, parts, values }, 0);
    if (!entry) return undefined;
    const { target, names } = entry;
    const pathParameters = Object.fromEntries(names.map((name, index) => [name, decoded(values[index] ?? '')]));
    return { target, pathParameters };
  }
}

interface Asked {
  method: string;
  parts: readonly string[];
  /** What the parameters on the way stand for. */
  values: string[];
}

function search<Target>(node: Node<Target>, asked: Asked, index: number): Entry<Target> | undefined {
  const { method, parts, values } = asked;
  const part = parts[index];
  if (part === undefined) return withMethod(node.methods, method);
  if (part === '') return undefined;
  const literal = node.literals.get(decoded(part));
  const found = literal && search(literal, asked, index + 1);
  if (found) return found;
  const depth = values.length;
  if (node.parameter) {
    values.push(part);
    const below = search(node.parameter, asked, index + 1);
    if (below) return below;
    values.length = depth;
  }
  const rest = node.greedy && withMethod(node.greedy, method);
  if (rest) values.push(parts.slice(index).join('/'));
  return rest;
}

function withMethod<Target>(methods: Map<string, Entry<Target>>, method: string): Entry<Target> | undefined {
  return methods.get(method) ?? methods.get('ANY');
}

function newNode<Target>(): Node<Target> {
  return { literals: new Map(), methods: new Map() };
}

const decoded = (part: string) => (part.includes('%') ? decodeURIComponent(part) : part);

/** `/a/b` has two, `/` none. */
function segmentsOf(path: string): string[] {
  return path === '/' || path === '' ? [] : path.slice(1).split('/');
}
