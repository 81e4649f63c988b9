import { LOCAL_REGION } from '../core/arn.ts';
import { splitCidr } from './cidr.ts';
import { hasPending, isPendingList, pending, pendingList } from './pending.ts';
import { replacePlaceholders } from './placeholders.ts';
import type { Resolver } from './resolver.ts';

type ValueFunction = (resolver: Resolver, argument: unknown, at: string) => unknown;
type ConditionFunction = (resolver: Resolver, argument: unknown, at: string) => boolean;

/** A function's arguments when it takes a list of `least` to `most`; undefined, and a problem, when they do not fit. */
function argumentsOf(
  resolver: Resolver,
  argument: unknown,
  at: string,
  name: string,
  least: number,
  most = least,
): unknown[] | undefined {
  if (Array.isArray(argument) && argument.length >= least && argument.length <= most) return argument;
  const count = least === most ? `${least}` : `${least} to ${most}`;
  resolver.fail(at, `${name} takes a list of ${count} values`);
  return undefined;
}

const getAtt: ValueFunction = (resolver, argument, at) => {
  const parts = typeof argument === 'string' ? splitAt(argument, '.') : argument;
  const [logicalId, attribute] = Array.isArray(parts) ? parts : [];
  if (typeof logicalId !== 'string' || attribute === undefined) {
    return resolver.fail(at, 'Fn::GetAtt takes [logical id, attribute] or "LogicalId.Attribute"');
  }
  return resolver.getAtt(logicalId, resolver.text(attribute, at), at);
};

function splitAt(value: string, separator: string): [string, string] | [string] {
  const index = value.indexOf(separator);
  return index < 0 ? [value] : [value.slice(0, index), value.slice(index + separator.length)];
}

const sub: ValueFunction = (resolver, argument, at) => {
  const [template, variables = {}] = Array.isArray(argument) ? argument : [argument];
  if (typeof template !== 'string' || typeof variables !== 'object' || variables === null) {
    return resolver.fail(at, 'Fn::Sub takes a text, or [text, {variables}]');
  }
  const known = new Map<string, string>();
  const textOf = (name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (!/^[A-Za-z0-9_.:]+$/.test(name)) return resolver.fail(at, `Fn::Sub cannot take the variable \${${name}}`);
    const value = known.get(name) ?? resolver.text(substitute(name, variables), at);
    known.set(name, value);
    return value;
  };
  return replacePlaceholders(template, (name) => {
    const value = textOf(name);
    resolver.spend(value.length, at);
    return value;
  });
};

function substitute(name: string, variables: object): unknown {
  if (Object.hasOwn(variables, name)) return (variables as Record<string, unknown>)[name];
  const [logicalId, attribute] = splitAt(name, '.');
  return attribute === undefined ? { Ref: logicalId } : { 'Fn::GetAtt': [logicalId, attribute] };
}

const join: ValueFunction = (resolver, argument, at) => {
  const [delimiter, values] = argumentsOf(resolver, argument, at, 'Fn::Join', 2) ?? ['', []];
  const members = resolver.list(values, at).map((member) => resolver.text(member, at));
  if (typeof delimiter !== 'string') return resolver.fail(at, "Fn::Join's delimiter is a text");
  resolver.spend(delimiter.length * members.length, at);
  return members.join(delimiter);
};

const select: ValueFunction = (resolver, argument, at) => {
  const [position, values] = argumentsOf(resolver, argument, at, 'Fn::Select', 2) ?? [0, ['']];
  const list = resolver.list(values, at);
  if (isPendingList(list)) return list[0];
  const index = Number(resolver.text(position, at));
  return list[index] ?? resolver.fail(at, `Fn::Select takes member ${index} of a list of ${list.length}`);
};

const split: ValueFunction = (resolver, argument, at) => {
  const [delimiter, source] = argumentsOf(resolver, argument, at, 'Fn::Split', 2) ?? ['', ''];
  if (typeof delimiter !== 'string' || delimiter === '') return resolver.fail(at, "Fn::Split's delimiter is a text");
  const value = resolver.text(source, at);
  return hasPending(value) ? pendingList(value) : value.split(delimiter);
};

const branch: ValueFunction = (resolver, argument, at) => {
  const [condition, whenTrue, whenFalse] = argumentsOf(resolver, argument, at, 'Fn::If', 3) ?? [];
  if (typeof condition !== 'string') return resolver.fail(at, 'Fn::If takes the name of a condition first');
  return resolver.evaluate(resolver.condition(condition, at, 'Fn::If') ? whenTrue : whenFalse, at);
};

const findInMap: ValueFunction = (resolver, argument, at) => {
  const [mapName, first, second, options] = argumentsOf(resolver, argument, at, 'Fn::FindInMap', 3, 4) ?? [];
  const names = [mapName, first, second].map((name) => resolver.text(name, at));
  const [map = '', top = '', key = ''] = names;
  const found = own(own(own(resolver.scope.template.Mappings, map), top), key);
  if (found !== undefined) return found;
  if (typeof options === 'object' && options !== null && 'DefaultValue' in options) {
    needsLanguageExtensions(resolver, 'the DefaultValue of Fn::FindInMap', at);
    return resolver.evaluate(options.DefaultValue, at);
  }
  return resolver.fail(at, `Template error: Unable to get mapping for ${names.join('::')}`);
};

/** A member that the object itself has: `constructor` is no name of a mapping. */
function own<T>(object: Record<string, T> | undefined, name: string): T | undefined {
  return object && Object.hasOwn(object, name) ? object[name] : undefined;
}

const importValue: ValueFunction = (resolver, argument, at) => {
  const name = resolver.text(argument, at);
  return resolver.scope.importValue(name) ?? resolver.fail(at, `no stack exports '${name}'`);
};

const base64: ValueFunction = (resolver, argument, at) => {
  const value = resolver.text(argument, at);
  return hasPending(value) ? value : Buffer.from(value).toString('base64');
};

const cidr: ValueFunction = (resolver, argument, at) => {
  const [block, count, bits] = argumentsOf(resolver, argument, at, 'Fn::Cidr', 2, 3) ?? ['', 0, 0];
  const value = resolver.text(block, at);
  if (hasPending(value)) return pendingList(value);
  try {
    return splitCidr(value, Number(resolver.text(count, at)), Number(resolver.text(bits ?? 8, at)));
  } catch (error) {
    return resolver.fail(at, `Fn::Cidr: ${error instanceof Error ? error.message : error}`);
  }
};

const getAzs: ValueFunction = (resolver, argument, at) => {
  const region = resolver.text(argument, at) || LOCAL_REGION;
  return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
};

const length: ValueFunction = (resolver, argument, at) => {
  needsLanguageExtensions(resolver, 'Fn::Length', at);
  const list = resolver.list(argument, at);
  return isPendingList(list) ? pending('length') : list.length;
};

const toJsonString: ValueFunction = (resolver, argument, at) => {
  needsLanguageExtensions(resolver, 'Fn::ToJsonString', at);
  return JSON.stringify(resolver.evaluate(argument, at));
};

/** AWS refuses these functions in a template that does not name the transform. */
function needsLanguageExtensions(resolver: Resolver, what: string, at: string): void {
  if (!resolver.scope.languageExtensions) resolver.fail(at, `${what} needs Transform: AWS::LanguageExtensions`);
}

/** The functions that give a value. */
export const valueFunctions: Readonly<Record<string, ValueFunction>> = {
  'Fn::GetAtt': getAtt,
  'Fn::Sub': sub,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::If': branch,
  'Fn::FindInMap': findInMap,
  'Fn::ImportValue': importValue,
  'Fn::Base64': base64,
  'Fn::Cidr': cidr,
  'Fn::GetAZs': getAzs,
  'Fn::Length': length,
  'Fn::ToJsonString': toJsonString,
};

const equals: ConditionFunction = (resolver, argument, at) => {
  const [left, right] = argumentsOf(resolver, argument, at, 'Fn::Equals', 2) ?? [];
  return comparable(resolver.evaluate(left, at)) === comparable(resolver.evaluate(right, at));
};

function comparable(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Fn::And and Fn::Or take two to ten conditions. */
const tests = (resolver: Resolver, argument: unknown, at: string, name: string): boolean[] =>
  (argumentsOf(resolver, argument, at, name, 2, 10) ?? []).map((expression) => resolver.test(expression, at));

/** The functions that conditions are made of. */
export const conditionFunctions: Readonly<Record<string, ConditionFunction>> = {
  'Fn::Equals': equals,
  'Fn::And': (resolver, argument, at) => tests(resolver, argument, at, 'Fn::And').every(Boolean),
  'Fn::Or': (resolver, argument, at) => tests(resolver, argument, at, 'Fn::Or').some(Boolean),
  'Fn::Not': (resolver, argument, at) => {
    const [expression] = argumentsOf(resolver, argument, at, 'Fn::Not', 1) ?? [];
    return !resolver.test(expression, at);
  },
  Condition: (resolver, argument, at) => {
    if (typeof argument === 'string') return resolver.condition(argument, at);
    resolver.fail(at, 'Condition takes the name of a condition');
    return false;
  },
};
