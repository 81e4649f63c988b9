import { parse } from 'velocityjs';

/** `$name`, and what is asked of it. */
export interface Reference {
  type: 'references';
  id: string;
  leader?: '$' | '$!';
  isWraped?: boolean;
  path?: Step[];
}

/** `.name`, `[index]` or `.name(...)`. */
export type Step =
  | { type: 'property'; id: string }
  | { type: 'index'; id: Expression }
  | { type: 'method'; id: string; args: Expression[] | false };

/** What has a value. */
export type Expression =
  | Reference
  | { type: 'string'; value: string; isEval?: boolean }
  | { type: 'integer' | 'decimal'; value: string | number }
  | { type: 'bool'; value: string }
  | { type: 'array'; value: (Expression | string | number)[]; isRange?: boolean }
  | { type: 'map'; value?: Record<string, Expression> }
  | { type: 'math'; operator: string; expression: Expression[] };

/** A directive that is called like a macro, `#name(...)`. */
export type MacroCall = { type: 'macro_call' | 'macro_body'; id: string; args?: Expression[] };

/** How a block begins. */
export type Head =
  | { type: 'if' | 'elseif'; condition: Expression }
  | { type: 'else' | 'noescape' }
  | { type: 'foreach'; to: string; from: Expression }
  | { type: 'macro'; id: string; args?: Reference[] }
  | { type: 'define'; id: string }
  | MacroCall;

/** A part of a template. */
export type Node =
  | string
  | Reference
  | { type: 'set'; equal: [Reference, Expression] }
  | { type: 'break' | 'comment' }
  | { type: 'raw'; value: string }
  | Head
  | Block;

/** What stands between a head and its `#end`. */
export type Block = [head: Head, ...body: Node[]];

/** Templates, and the texts in them, that were parsed already. They come from resources, so there are few. */
const parsed = new Map<string, Node[]>();

/** Reads a template. Throws Error that says where the syntax is wrong. */
export function parseTemplate(template: string): Node[] {
  let nodes = parsed.get(template);
  if (!nodes) {
    nodes = parse(asParsed(template)) as unknown as Node[];
    parsed.set(template, nodes);
  }
  return nodes;
}

/** What velocityjs reads as text: `#stop` but as a macro, and directives in curly brackets but `#{else}` and `#{end}`. */
function asParsed(template: string): string {
  return template
    .replaceAll(/#\{(if|elseif|foreach|set|break|stop)\}/g, '#$1')
    .replaceAll(/#stop\b(?!\s*\()/g, '#stop()');
}

/** Whether something of a text in double quotes is filled in. */
export const isFilledIn = (expression: Expression): boolean =>
  expression.type === 'string' && expression.isEval === true && /[#$]/.test(expression.value);
