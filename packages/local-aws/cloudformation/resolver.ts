import { conditionFunctions, valueFunctions } from './intrinsics.ts';
import { type TextBudget, TOO_MUCH_TEXT } from './limits.ts';
import type { ParameterValue } from './parameters.ts';
import { hasPending, pending } from './pending.ts';
import { didYouMean, type Problems, shortened, unresolved } from './problems.ts';
import type { Template } from './template.ts';

/** What takes a property, or a member of a list, away: `Ref: AWS::NoValue`. */
const NO_VALUE = Symbol('AWS::NoValue');

/** Each is evaluated inside of the one that needs it. */
const MOST_CONDITIONS_DEEP = 100;

/** What the functions of a template can see. */
export interface Scope {
  template: Template;
  parameters: Record<string, ParameterValue>;
  /** AWS::Region and its like. */
  pseudo: Record<string, ParameterValue>;
  /** Whether Fn::Length, Fn::ToJsonString and FindInMap's default may be used. */
  languageExtensions: boolean;
  /** `Ref` of a resource; undefined when the template has no such resource, or its condition is false. */
  ref?(logicalId: string): string | undefined;
  /** `Fn::GetAtt`; undefined as for `ref`. Throws a TypeError when the resource has no such attribute. */
  getAtt?(logicalId: string, attribute: string): string | undefined;
  /** `Fn::ImportValue`; undefined when no stack exports the name. */
  importValue(name: string): string | undefined;
  /** `{{resolve:<service>:<key>}}`, where there is such a service. Undefined when there is nothing under the key. */
  resolveDynamic?(service: string, key: string): string | undefined;
  problems: Problems;
  /** What the functions may make. */
  text: TextBudget;
}

/** Evaluates the functions of a template. What cannot be evaluated is added to the scope's problems, with its place. */
export class Resolver {
  readonly scope: Scope;
  readonly #conditions = new Map<string, boolean>();
  readonly #evaluating = new Set<string>();

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /** The value with every function in it evaluated; `at` is its place, for problems. NO_VALUE at the top is undefined. */
  resolve(value: unknown, at: string): unknown {
    const resolved = this.evaluate(value, at);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  /** As `resolve`, but NO_VALUE stays what it is. */
  evaluate(value: unknown, at: string): unknown {
    if (typeof value === 'string') return this.#dynamic(value, at);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      return value
        .map((member, index) => this.evaluate(member, `${at}[${index}]`))
        .filter((member) => member !== NO_VALUE);
    }
    const entries = Object.entries(value);
    const call = entries.find(([key]) => key === 'Ref' || key.startsWith('Fn::'));
    if (call && entries.length === 1) {
      const result = this.#call(call[0], call[1], at);
      this.spend(sizeOf(result), at);
      return typeof result === 'string' ? this.#dynamic(result, at) : result;
    }
    if (call?.[0].startsWith('Fn::'))
      return this.fail(at, `${call[0]} must stand alone, without ${otherKeys(entries, call[0])}`);
    const members = entries.map(([key, member]) => [key, this.evaluate(member, `${at}.${key}`)] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== NO_VALUE));
  }

  /** A text: numbers and booleans are written out, anything else is a problem. */
  text(value: unknown, at: string): string {
    const resolved = this.evaluate(value, at);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    return this.fail(at, `a text is expected, not ${describe(resolved)}`);
  }

  /** A list; anything else is a problem, and an empty list is given. */
  list(value: unknown, at: string): unknown[] {
    if (Array.isArray(value)) {
      return value.map((member) => this.evaluate(member, at)).filter((member) => member !== NO_VALUE);
    }
    const resolved = this.evaluate(value, at);
    if (Array.isArray(resolved)) return resolved;
    this.fail(at, `a list is expected, not ${describe(resolved)}`);
    return [];
  }

  /** `Ref`. */
  ref(name: string, at: string): unknown {
    const { parameters, pseudo, template } = this.scope;
    if (name === 'AWS::NoValue') return NO_VALUE;
    if (Object.hasOwn(pseudo, name)) return pseudo[name];
    if (name.startsWith('AWS::'))
      return this.fail(at, `there is no pseudo parameter ${name}${didYouMean(name, Object.keys(pseudo))}`);
    if (Object.hasOwn(template.Parameters, name)) return parameters[name] ?? pending(name);
    return this.scope.ref?.(name) ?? this.#missing(name, at);
  }

  /** `Fn::GetAtt`. */
  getAtt(logicalId: string, attribute: string, at: string): unknown {
    try {
      return this.scope.getAtt?.(logicalId, attribute) ?? this.#missing(logicalId, at);
    } catch (error) {
      return this.fail(at, error instanceof Error ? error.message : String(error));
    }
  }

  /** The value of a named condition; `by` is the function that names it. */
  condition(name: string, at: string, by?: string): boolean {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const definitions = this.scope.template.Conditions;
    if (!Object.hasOwn(definitions, name)) {
      const hint = didYouMean(name, Object.keys(definitions));
      this.fail(at, `Template error: unresolved condition dependency ${name}${by ? ` in ${by}` : ''}${hint}`);
      return false;
    }
    if (this.#evaluating.size > MOST_CONDITIONS_DEEP) {
      this.scope.problems.abort(`${at}: more than ${MOST_CONDITIONS_DEEP} conditions depend on each other in a row`);
    }
    if (this.#evaluating.has(name)) {
      this.fail(at, `the condition ${name} depends on itself`);
      return false;
    }
    this.#evaluating.add(name);
    const result = this.test(definitions[name], `Conditions.${name}`);
    this.#evaluating.delete(name);
    this.#conditions.set(name, result);
    return result;
  }

  /** The value of a condition's expression: Fn::Equals, And, Or, Not, Condition. */
  test(expression: unknown, at: string): boolean {
    const entries = typeof expression === 'object' && expression !== null ? Object.entries(expression) : [];
    const [name = '', argument] = entries[0] ?? [];
    const evaluate = Object.hasOwn(conditionFunctions, name) ? conditionFunctions[name] : undefined;
    if (!evaluate || entries.length !== 1) {
      this.fail(at, `one of ${Object.keys(conditionFunctions).join(', ')} is expected`);
      return false;
    }
    return evaluate(this, argument, name === 'Condition' ? at : `${at}.${name}`);
  }

  /** Counts text that a function makes, before it is made. Throws TemplateError when it is too much. */
  spend(characters: number, at: string): void {
    if (!this.scope.text.spend(characters)) this.scope.problems.abort(`${at}: ${TOO_MUCH_TEXT}`);
  }

  /** Adds a problem; gives a stand-in, so that the evaluation can go on and find more. */
  fail(at: string, problem: string): string {
    this.scope.problems.add(`${at}: ${problem}`);
    return pending('problem');
  }

  #call(name: string, argument: unknown, at: string): unknown {
    if (name === 'Ref') {
      return typeof argument === 'string' ? this.ref(argument, at) : this.fail(at, 'Ref takes a name');
    }
    const evaluate = valueFunctions[name];
    if (evaluate) return evaluate(this, argument, at);
    const hint = didYouMean(name, Object.keys(valueFunctions));
    return this.fail(at, `the function ${name} is not supported by local-aws${hint}`);
  }

  #missing(name: string, at: string): string {
    const { template } = this.scope;
    const definition = Object.hasOwn(template.Resources, name) ? template.Resources[name] : undefined;
    if (definition?.Condition !== undefined) {
      return this.fail(
        at,
        `refers to ${name}, which is not created because its condition ${definition.Condition} is false`,
      );
    }
    const known = [...Object.keys(template.Resources), ...Object.keys(template.Parameters)];
    return this.fail(at, unresolved(name, at, known));
  }

  #dynamic(value: string, at: string): string {
    if (!value.includes('{{resolve:')) return value;
    return value.replaceAll(/\{\{resolve:([^:{}]+):([^{}]*)\}\}/g, (reference, service: string, key: string) => {
      const { resolveDynamic } = this.scope;
      if (!resolveDynamic || !DYNAMIC_SERVICES.has(service))
        return this.fail(at, `the dynamic reference ${reference} is not supported by local-aws`);
      // AWS resolves them there alone, so that no secret is an output, which everybody may read.
      if (!at.includes(': Properties'))
        return this.fail(at, `the dynamic reference ${reference} may stand in properties of resources only`);
      if (hasPending(key)) return pending(reference);
      return resolveDynamic(service, key) ?? this.fail(at, `the dynamic reference ${reference} leads to nothing`);
    });
  }
}

/** What `{{resolve:...}}` reads from. */
const DYNAMIC_SERVICES = new Set(['secretsmanager']);

function otherKeys(entries: [string, unknown][], call: string): string {
  return entries
    .map(([key]) => key)
    .filter((key) => key !== call)
    .join(', ');
}

/** What it takes to hold a member of a list, and to look at it, in characters. */
const MEMBER_SIZE = 16;

/** How much text a value is; a list counts for its members, and what it takes to hold them. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return Array.isArray(value) ? value.reduce<number>((sum, member) => sum + MEMBER_SIZE + sizeOf(member), 0) : 1;
}

/** What a value is, for messages. */
export function describe(value: unknown): string {
  if (value === NO_VALUE || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  return typeof value === 'object'
    ? 'an object'
    : `the ${typeof value} ${JSON.stringify(typeof value === 'string' ? shortened(value) : value)}`;
}
