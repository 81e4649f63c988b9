import { Compile, parse } from 'velocityjs';
import { javaMethods } from './javaMethods.ts';

/** The roots that API Gateway gives; what they do not have is rendered as nothing. */
const GIVEN = new Set(['context', 'input', 'stageVariables', 'util']);

/** What `$input.path` gives for what is missing, or null: it prints nothing, and equals both `''` and `$null`. */
export const NOTHING: object = Object.freeze({ toString: () => '' });

type Syntax = ReturnType<typeof parse>;
type Node = Syntax[number] & Record<string, unknown>;

/** What velocityjs keeps to itself; its methods are mixed into one prototype at run time. */
interface Internals {
  getReferences(node: Node, isRendered?: boolean): unknown;
  getExpression(node: Node): unknown;
  getBlockIf(block: Node[]): string;
  renderAstList(nodes: Node[], contextId?: string): string;
  contextId: string;
}
const base = Compile.prototype as unknown as Internals;

/** velocityjs with the rules of Java's Velocity where they differ: truth, and how values are written. */
class ApiGatewayTemplate extends Compile {
  override getReferences(node: Node, isRendered?: boolean): never {
    const value = base.getReferences.call(this as unknown as Internals, node, false);
    const written = isRendered ? this.#written(node, value) : value;
    return written as never;
  }

  override getExpression(node: Node): never {
    return this.#evaluated(node) as never;
  }

  getBlockIf(block: Node[]): string {
    const self = this as unknown as Internals;
    const chosen: Node[] = [];
    let isChosen = false;
    for (const node of block) {
      const isCondition = node.type === 'if' || node.type === 'elseif';
      if (!isCondition && node.type !== 'else') {
        if (isChosen) chosen.push(node);
        continue;
      }
      if (isChosen) break;
      isChosen = isCondition ? isTrue(this.#evaluated(node.condition as Node)) : true;
    }
    return self.renderAstList(chosen, self.contextId);
  }

  #evaluated(node: Node): unknown {
    const self = this as unknown as Internals;
    if (node.type !== ('math' as never)) return base.getExpression.call(self, node);
    const [left, right] = node.expression as unknown as [Node, Node];
    switch (node.operator) {
      case '&&':
        return isTrue(this.#evaluated(left)) && isTrue(this.#evaluated(right));
      case '||':
        return isTrue(this.#evaluated(left)) || isTrue(this.#evaluated(right));
      case 'not':
        return !isTrue(this.#evaluated(left));
      case '==':
      case '!=': {
        const [one, other] = [this.#evaluated(left), this.#evaluated(right)];
        if (one !== NOTHING && other !== NOTHING) return base.getExpression.call(self, node);
        return (isNothing(one) && isNothing(other)) === (node.operator === '==');
      }
      default:
        return base.getExpression.call(self, node);
    }
  }

  #written(node: Node, value: unknown): string {
    if (value !== undefined && value !== null) return javaText(value);
    if (node.leader === '$!' || GIVEN.has(node.id as string)) return '';
    return base.getReferences.call(this as unknown as Internals, node, true) as string;
  }
}

/** In Velocity all but `null` and `false` is true: the empty string and 0 as well. */
function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== NOTHING;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === NOTHING;
}

/** As `toString()` writes it: maps as `{a=1, b=2}`, lists as JSON. */
function javaText(value: unknown): string {
  if (typeof value !== 'object' || value === null || value === NOTHING) return String(value);
  if (Array.isArray(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${key}=${javaText(member)}`)
    .join(', ')}}`;
}

/** Templates that were parsed already. They come from resources, so there are few. */
const parsed = new Map<string, Syntax>();

/** Checks a template when it is provisioned. Throws Error that says where the syntax is wrong. */
export function parseTemplate(template: string): Syntax {
  let syntax = parsed.get(template);
  if (!syntax) {
    syntax = parse(template);
    parsed.set(template, syntax);
  }
  return syntax;
}

/** Renders a mapping template. `variables` are `$input`, `$util` and so on; those with methods are named in `own`. */
export function renderTemplate(template: string, variables: Record<string, unknown>, own: readonly unknown[]): string {
  const compiled = new ApiGatewayTemplate(parseTemplate(template), { customMethodHandlers: javaMethods(own) });
  return compiled.render({ ...variables });
}
