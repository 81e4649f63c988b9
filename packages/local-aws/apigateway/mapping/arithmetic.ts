/** A number with a fraction, in Java's eyes, whether it has one or not: `7.0 / 2` is 3.5, `7 / 2` is 3. */
export class JavaDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toString(): string {
    return Number.isInteger(this.value) ? this.value.toFixed(1) : String(this.value);
  }
}

/** The number that a value is; undefined for what is none. */
export function numberOf(value: unknown): number | undefined {
  if (value instanceof JavaDouble) return value.value;
  return typeof value === 'number' ? value : undefined;
}

const isDouble = (value: unknown) => value instanceof JavaDouble || !Number.isInteger(value);

/** `+`, `-`, `*`, `/` and `%` as Velocity has them: whole numbers stay whole. Undefined where it has no result. */
export function calculate(operator: string, left: unknown, right: unknown): number | JavaDouble | undefined {
  const [one, other] = [numberOf(left), numberOf(right)];
  if (one === undefined || other === undefined) return undefined;
  if ((operator === '/' || operator === '%') && other === 0) return undefined;
  const result = resultOf(operator, one, other);
  if (isDouble(left) || isDouble(right)) return new JavaDouble(result);
  return Math.trunc(result);
}

function resultOf(operator: string, one: number, other: number): number {
  switch (operator) {
    case '+':
      return one + other;
    case '-':
      return one - other;
    case '*':
      return one * other;
    case '/':
      return one / other;
    default:
      return one % other;
  }
}

/** `<`, `<=`, `>` and `>=`: between numbers only. */
export function compare(operator: string, left: unknown, right: unknown): boolean {
  const [one, other] = [numberOf(left), numberOf(right)];
  if (one === undefined || other === undefined) return false;
  switch (operator) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    default:
      return one >= other;
  }
}

/** In Velocity all but `null` and `false` is true: the empty string and 0 as well. */
export function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}
