import { calculate, compare, isTrue, numberOf } from './arithmetic.ts';
import { javaText } from './javaText.ts';
import type { Expression } from './syntax.ts';
import type { Work } from './work.ts';

/** What an operator makes of its operands, which are evaluated where it asks for them. */
export function operate(
  { operator, expression }: Extract<Expression, { type: 'math' }>,
  evaluate: (operand: Expression) => unknown,
  work: Work,
): unknown {
  const [left, right] = expression as [Expression, Expression];
  const one = evaluate(left);
  switch (operator) {
    case 'parenthesis':
      return one;
    case 'not':
      return !isTrue(one);
    case 'minus':
      return calculate('-', 0, one);
    case '&&':
      return isTrue(one) && isTrue(evaluate(right));
    case '||':
      return isTrue(one) || isTrue(evaluate(right));
    default:
      return combine(operator, one, evaluate(right), work);
  }
}

function combine(operator: string, one: unknown, other: unknown, work: Work): unknown {
  switch (operator) {
    case '==':
      return areEqual(one, other, work);
    case '!=':
      return !areEqual(one, other, work);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(operator, one, other);
  }
  const isText = typeof one === 'string' || typeof other === 'string';
  if (operator === '+' && isText) return work.copied(javaText(one, work) + javaText(other, work));
  return calculate(operator, one, other);
}

/** What is nothing equals the empty text; what differs in kind is compared as text. */
function areEqual(one: unknown, other: unknown, work: Work): boolean {
  const [first, second] = [numberOf(one), numberOf(other)];
  if (first !== undefined && second !== undefined) return first === second;
  return javaText(one, work) === javaText(other, work);
}
