import { replacePlaceholders } from './placeholders.ts';
import { type Problems, unresolved } from './problems.ts';
import type { Template } from './template.ts';

/**
 * Finds names that nothing in the template has, in the branches of Fn::If that are not taken as well: AWS refuses
 * them there too.
 */
export function checkReferences(template: Template, problems: Problems): void {
  const resources = Object.keys(template.Resources);
  const names = new Set([...resources, ...Object.keys(template.Parameters)]);
  const report = (name: string, at: string) => {
    if (name.startsWith('AWS::') || names.has(name)) return;
    problems.add(`${at}: ${unresolved(name, at, names)}`);
  };
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    visit(Properties, `${logicalId} (${Type}): Properties`, report);
  }
  for (const [name, { Value }] of Object.entries(template.Outputs)) visit(Value, `Outputs.${name}.Value`, report);
}

function visit(value: unknown, at: string, report: (name: string, at: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) visit(member, `${at}[${index}]`, report);
    return;
  }
  const entries = Object.entries(value);
  const [[name, argument] = []] = entries;
  if (entries.length === 1 && name === 'Ref' && typeof argument === 'string') report(argument, at);
  else if (entries.length === 1 && name === 'Fn::GetAtt') reportGetAtt(argument, at, report);
  else if (entries.length === 1 && name === 'Fn::Sub') reportSub(argument, at, report);
  else if (entries.length === 1 && name?.startsWith('Fn::')) {
    // The members of a function's argument have the place of the function itself.
    for (const member of [argument].flat()) visit(member, at, report);
  } else for (const [key, member] of entries) visit(member, `${at}.${key}`, report);
}

function reportGetAtt(argument: unknown, at: string, report: (name: string, at: string) => void): void {
  const logicalId = typeof argument === 'string' ? argument.split('.')[0] : Array.isArray(argument) ? argument[0] : '';
  if (typeof logicalId === 'string' && logicalId !== '') report(logicalId, at);
}

/** What a text takes from the template; names of its own variables, and `${!Literal}`, are none of it. */
function reportSub(argument: unknown, at: string, report: (name: string, at: string) => void): void {
  const [text, variables] = [argument].flat();
  const own = typeof variables === 'object' && variables !== null ? variables : {};
  if (typeof text === 'string') {
    replacePlaceholders(text, (name) => {
      const [logicalId = ''] = name.split('.');
      // What is no name at all is refused where it is evaluated.
      if (!Object.hasOwn(own, name) && /^[A-Za-z0-9:]+$/.test(logicalId)) report(logicalId, at);
      return '';
    });
  }
  for (const value of Object.values(own)) visit(value, at, report);
}
