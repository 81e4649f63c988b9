import { isTrue, JavaDouble, numberOf } from './arithmetic.ts';
import { callMethod, indexOf, memberOf, setMember } from './javaMethods.ts';
import { javaText } from './javaText.ts';
import { operate } from './operate.ts';
import { sourceOf } from './source.ts';
import {
  type Block,
  type Expression,
  isFilledIn,
  type MacroCall,
  type Node,
  parseTemplate,
  type Reference,
  type Step,
} from './syntax.ts';
import type { Work } from './work.ts';

/** The roots that API Gateway gives; what they do not have is rendered as nothing. */
const GIVEN: ReadonlySet<string> = new Set(['context', 'input', 'stageVariables', 'util']);

/** docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MAX_ITERATIONS = 1000;
/** How deep loops, macros and texts stand in each other: a macro that calls itself ends here. */
const MAX_DEPTH = 50;
/** What a part of a template costs, in steps. */
const NODE_STEPS = 20;

type Scope = Map<string, unknown>;

/** Renders one template, once, as Apache Velocity 1.7 does. */
export class Renderer {
  /** The template's own variables, then those of loops and macros, the innermost last. */
  readonly #scopes: [Scope, ...Scope[]];
  readonly #macros = new Map<string, { parameters: string[]; body: Node[] }>();
  readonly #definitions = new Map<string, Node[]>();
  readonly #work: Work;
  #depth = 0;
  /** What `#break` and `#stop` have ended. */
  #ended: 'loop' | 'template' | undefined;

  constructor(variables: Record<string, unknown>, work: Work) {
    this.#scopes = [new Map(Object.entries(variables))];
    this.#work = work;
  }

  /** Throws TooMuchWorkError, RegexError, and other errors of the template. */
  render(nodes: readonly Node[]): string {
    let text = '';
    for (const node of nodes) {
      if (this.#ended) break;
      this.#work.charge(NODE_STEPS);
      text += this.#work.copied(this.#renderNode(node));
    }
    return text;
  }

  #renderNode(node: Node): string {
    if (typeof node === 'string') return node;
    if (Array.isArray(node)) return this.#renderBlock(node);
    switch (node.type) {
      case 'references':
        return this.#written(node);
      case 'raw':
        return node.value;
      case 'set':
        this.#assign(...node.equal);
        return '';
      case 'break':
        this.#ended = 'loop';
        return '';
      case 'macro_call':
        return this.#callMacro(node);
      default:
        return '';
    }
  }

  #renderBlock(block: Block): string {
    const [head, ...body] = block;
    switch (head.type) {
      case 'if':
        return this.render(this.#chosen(block));
      case 'foreach':
        return this.#loop(head.to, this.#evaluate(head.from), body);
      case 'macro':
        this.#macros.set(head.id, { parameters: (head.args ?? []).map(({ id }) => id), body });
        return '';
      case 'define':
        this.#definitions.set(head.id, body);
        return '';
      case 'macro_body':
        return this.#callMacro(head, this.render(body));
      default:
        return this.render(body);
    }
  }

  /** What stands behind the first condition that is true. */
  #chosen(block: Block): Node[] {
    const chosen: Node[] = [];
    let isChosen = false;
    for (const node of block) {
      const type = typeof node === 'object' && 'type' in node ? node.type : undefined;
      if (type !== 'if' && type !== 'elseif' && type !== 'else') {
        if (isChosen) chosen.push(node);
        continue;
      }
      if (isChosen) break;
      isChosen = type === 'else' || isTrue(this.#evaluate((node as { condition: Expression }).condition));
    }
    return chosen;
  }

  #loop(name: string, source: unknown, body: readonly Node[]): string {
    if (typeof source !== 'object' || source === null) return '';
    const items = (Array.isArray(source) ? source : Object.values(source)).slice(0, MAX_ITERATIONS);
    const parent = this.#lookup('foreach');
    let text = '';
    for (const [index, item] of items.entries()) {
      const count = index + 1;
      const hasNext = count < items.length;
      const foreach = { index, count, hasNext, first: index === 0, last: !hasNext, parent };
      text += this.#within({ [name]: item, foreach, velocityCount: count }, body);
      if (this.#ended === 'template') break;
      if (this.#ended === 'loop') {
        this.#ended = undefined;
        break;
      }
    }
    return text;
  }

  #callMacro({ id, args = [] }: MacroCall, bodyContent?: string): string {
    if (id === 'stop') this.#ended = 'template';
    const macro = this.#macros.get(id);
    if (!macro) return '';
    const values = macro.parameters.map((name, index) => {
      const argument = args[index];
      return [name, argument && this.#evaluate(argument)] as const;
    });
    return this.#within({ ...Object.fromEntries(values), bodyContent }, macro.body);
  }

  #within(variables: Record<string, unknown>, body: readonly Node[]): string {
    this.#scopes.push(new Map(Object.entries(variables)));
    try {
      return this.#deeper(body);
    } finally {
      this.#scopes.pop();
    }
  }

  #deeper(body: readonly Node[]): string {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new Error(`it nests more than ${MAX_DEPTH} levels deep`);
    try {
      return this.render(body);
    } finally {
      this.#depth -= 1;
    }
  }

  /** A reference in the text: what it refers to, or itself where that is nothing. */
  #written(reference: Reference): string {
    const { id, leader, path } = reference;
    const definition = path ? undefined : this.#definitions.get(id);
    if (definition) return this.#deeper(definition);
    const value = this.#refer(reference);
    if (value === undefined && leader !== '$!' && !GIVEN.has(id)) return sourceOf(reference);
    // The maps of $context are written as nothing.
    if (id === 'context' && typeof value === 'object') return '';
    return javaText(value, this.#work);
  }

  #refer({ id, path = [] }: Reference): unknown {
    let value = this.#lookup(id);
    for (const step of path) {
      if (value === undefined || value === null) return undefined;
      value = this.#take(value, step);
    }
    return value;
  }

  #take(value: unknown, step: Step): unknown {
    switch (step.type) {
      case 'property':
        return memberOf(value, step.id);
      case 'index':
        return indexOf(value, this.#evaluate(step.id), this.#work);
      case 'method': {
        const args = (step.args || []).map((argument) => this.#evaluate(argument));
        return callMethod(value, step.id, args, this.#work);
      }
    }
  }

  #lookup(name: string): unknown {
    return this.#scopes.findLast((scope) => scope.has(name))?.get(name);
  }

  #assign({ id, path = [] }: Reference, expression: Expression): void {
    const value = this.#evaluate(expression);
    const last = path.at(-1);
    if (!last) {
      const scope = this.#scopes.findLast((one) => one.has(id)) ?? this.#scopes[0];
      scope.set(id, value);
      return;
    }
    const owner = this.#refer({ type: 'references', id, path: path.slice(0, -1) });
    if (last.type === 'method') return;
    setMember(owner, last.type === 'property' ? last.id : this.#evaluate(last.id), value, this.#work);
  }

  #evaluate(expression: Expression): unknown {
    this.#work.charge(1);
    switch (expression.type) {
      case 'references':
        return this.#refer(expression);
      case 'string':
        return isFilledIn(expression) ? this.#deeper(parseTemplate(expression.value)) : expression.value;
      case 'integer':
        return Number(expression.value);
      case 'decimal':
        return new JavaDouble(Number(expression.value));
      case 'bool':
        return { true: true, false: false }[expression.value] ?? null;
      case 'array':
        return this.#list(expression);
      case 'map':
        return Object.fromEntries(
          Object.entries(expression.value ?? {}).map(([key, member]) => [key, this.#evaluate(member)]),
        );
      case 'math':
        return operate(expression, (operand) => this.#evaluate(operand), this.#work);
    }
  }

  #list({ value, isRange }: Extract<Expression, { type: 'array' }>): unknown[] {
    const members = value.map((one) => (typeof one === 'object' ? this.#evaluate(one) : Number(one)));
    if (!isRange) return members;
    const [from, to] = members.map(numberOf);
    if (from === undefined || to === undefined) return [];
    const length = Math.abs(to - from) + 1;
    this.#work.charge(length);
    return Array.from({ length }, (_, index) => (to < from ? from - index : from + index));
  }
}
