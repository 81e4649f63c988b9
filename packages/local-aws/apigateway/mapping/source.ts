import type { Expression, Reference, Step } from './syntax.ts';

/** How a reference is written: what stands in the text where it leads to nothing. */
export function sourceOf({ id, leader = '$', isWraped, path = [] }: Reference): string {
  const whole = `${id}${path.map(stepSource).join('')}`;
  return isWraped ? `${leader}{${whole}}` : `${leader}${whole}`;
}

function stepSource(step: Step): string {
  if (step.type === 'property') return `.${step.id}`;
  if (step.type === 'index') return `[${expressionSource(step.id)}]`;
  return `.${step.id}(${(step.args || []).map(expressionSource).join(', ')})`;
}

function expressionSource(expression: Expression | string | number): string {
  if (typeof expression !== 'object') return String(expression);
  switch (expression.type) {
    case 'references':
      return sourceOf(expression);
    case 'string':
      return expression.isEval ? `"${expression.value}"` : `'${expression.value}'`;
    case 'array':
      return `[${expression.value.map(expressionSource).join(expression.isRange ? '..' : ', ')}]`;
    case 'map':
      return `{${Object.entries(expression.value ?? {}).map(([name, member]) => `"${name}": ${expressionSource(member)}`)}}`;
    case 'math':
      return expression.expression.map(expressionSource).join(` ${expression.operator} `);
    default:
      return String(expression.value);
  }
}
