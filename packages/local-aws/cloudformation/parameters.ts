import { type Charge, Regex, RegexError } from '../core/regex/regex.ts';
import { didYouMean, type Problems, shortened } from './problems.ts';
import type { ParameterDefinition, Template } from './template.ts';

/** A parameter's value: lists are already taken apart. */
export type ParameterValue = string | string[];

const LIST_TYPES = ['CommaDelimitedList', 'List<Number>', 'List<String>'];
/** docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_BYTES = 4096;

/** How many steps a parameter's pattern may take for its values: a tenth of a second's worth. */
const MOST_STEPS = 2_000_000;

const SCALAR_TYPES = ['String', 'Number'];

/**
 * Gives each parameter of the template its value: what was passed, or its default. Adds a problem for each value
 * that is missing, unknown, or does not keep the parameter's constraints.
 */
export function resolveParameters(
  template: Template,
  given: Record<string, string>,
  problems: Problems,
): Record<string, ParameterValue> {
  const names = Object.keys(template.Parameters);
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) {
      problems.add(`Parameters: [${name}] do not exist in the template${didYouMean(name, names)}`);
    }
  }
  const values: Record<string, ParameterValue> = {};
  for (const [name, definition] of Object.entries(template.Parameters)) {
    const value = parameterValue(name, definition, given[name], problems);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function parameterValue(
  name: string,
  definition: ParameterDefinition,
  given: string | undefined,
  problems: Problems,
): ParameterValue | undefined {
  const place = `Parameters.${name}`;
  const pattern = patternOf(definition, place, problems);
  const isList = LIST_TYPES.includes(definition.Type);
  if (!isList && !SCALAR_TYPES.includes(definition.Type)) {
    problems.add(`${place}: the type ${definition.Type} is not supported by local-aws`);
    return undefined;
  }
  const fallback = definition.Default === undefined ? undefined : [definition.Default].flat().map(String).join(',');
  const raw = given ?? fallback;
  if (raw === undefined) {
    problems.add(`Parameters: [${name}] must have values`);
    return undefined;
  }
  if (Buffer.byteLength(raw) > MOST_BYTES) {
    problems.add(`${place}: a value has at most ${MOST_BYTES} bytes; this one has ${Buffer.byteLength(raw)}`);
    return undefined;
  }
  const members = isList ? raw.split(',').map((member) => member.trim()) : [raw];
  for (const member of members) {
    const broken = brokenConstraint(definition, member) ?? misfit(pattern, member);
    if (broken !== undefined) {
      problems.add(`${place}: '${shortened(member)}' ${definition.ConstraintDescription ?? broken}`);
    }
  }
  return isList ? members : raw;
}

/** Says which constraint the value does not keep, if any. */
function brokenConstraint(definition: ParameterDefinition, value: string): string | undefined {
  const { AllowedValues, MinLength, MaxLength, MinValue, MaxValue } = definition;
  const isNumber = definition.Type.includes('Number');
  const number = Number(value);
  if (isNumber && (value.trim() === '' || Number.isNaN(number))) return 'is not a number';
  if (AllowedValues && !AllowedValues.map(String).includes(value)) {
    return `is not one of ${AllowedValues.join(', ')}`;
  }
  if (MinLength !== undefined && value.length < MinLength) return `is shorter than ${MinLength}`;
  if (MaxLength !== undefined && value.length > MaxLength) return `is longer than ${MaxLength}`;
  if (isNumber && MinValue !== undefined && number < MinValue) return `is less than ${MinValue}`;
  if (isNumber && MaxValue !== undefined && number > MaxValue) return `is more than ${MaxValue}`;
  return undefined;
}

/** An `AllowedPattern`, which is as Java has it, with what matching may cost. */
interface AllowedPattern {
  source: string;
  regex: Regex;
  charge: Charge;
}

/** Undefined where there is none, or where it is none. */
function patternOf(definition: ParameterDefinition, place: string, problems: Problems): AllowedPattern | undefined {
  const { AllowedPattern: source } = definition;
  if (source === undefined) return undefined;
  try {
    if (source.length > MOST_BYTES) throw new RegexError(`it has more than ${MOST_BYTES} characters`);
    return { source, regex: new Regex(source), charge: chargeOf(MOST_STEPS) };
  } catch (error) {
    const reason = error instanceof RegexError ? error.message : 'it nests too deeply';
    problems.add(`${place}: AllowedPattern '${shortened(source)}' is not supported by local-aws: ${reason}`);
    return undefined;
  }
}

function chargeOf(steps: number): Charge {
  let left = steps;
  return (taken) => {
    left -= taken;
    if (left < 0) throw new RegexError('it takes too long');
  };
}

/** The whole value must fit. */
function misfit(pattern: AllowedPattern | undefined, value: string): string | undefined {
  if (!pattern) return undefined;
  try {
    return pattern.regex.fits(value, pattern.charge) ? undefined : `does not match ${shortened(pattern.source)}`;
  } catch (error) {
    if (error instanceof RegexError) return `cannot be compared with ${shortened(pattern.source)}: ${error.message}`;
    throw error;
  }
}
