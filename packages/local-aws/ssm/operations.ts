import { z } from 'zod';
import { checkedOperations } from '../core/checkedOperation.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { describePrincipal } from '../core/principal.ts';
import type { CallContext, Operation, Permission } from '../core/service.ts';
import { TokenBucket } from '../core/tokenBucket.ts';
import type { Announce } from './announce.ts';
import { invalid, keyOf, parameterArn, selected } from './names.ts';
import { latest, PARAMETER_TYPES, type Parameter, type Parameters, TIERS } from './parameters.ts';
import { described, pageOf, shown, textOf } from './shown.ts';

const operation = checkedOperations('ssm', (path, reason) =>
  invalid(`1 validation error detected: Value at '${path}' failed to satisfy constraint: ${reason}`),
);

/**
 * So many reads a second an account may make, GetParameter, GetParameters and GetParametersByPath together, unless it pays for more:
 * https://docs.aws.amazon.com/general/latest/gr/ssm.html
 */
const READS = { rate: 40, burst: 40 };

const name = z.string().min(1).max(2048);
const names = z.array(name).min(1).max(10);
/** A form has only texts. */
const flag = z.union([z.boolean(), z.stringbool()]).default(false);
const count = (most: number) => z.coerce.number().int().min(1).max(most).default(most);
const NextToken = z.string().optional();

const onParameter = (action: string, asked: string): Permission[] => [
  { action: `ssm:${action}`, resource: parameterArn(selected(asked).key) },
];
const onParameters = (action: string, all: readonly string[]) => all.flatMap((one) => onParameter(action, one));

/** What can be asked of parameters, and done to them, over the wire. */
export const parameterOperations = (
  core: Core,
  parameters: Parameters,
  announce: Announce,
): Record<string, Operation> => ({
  ...readOperations(core, parameters),
  ...describeOperations(parameters),
  PutParameter: putParameter(parameters, announce),
  ...deleteOperations(parameters, announce),
});

/** Those that count towards the limit of reads. */
function readOperations(core: Core, parameters: Parameters): Record<string, Operation> {
  const reads = new TokenBucket(READS, core.clock.now());
  const read = <Result>(answer: () => Result): Result => {
    if (!reads.take(core.clock.now())) throw core.services.throttled('ssm');
    return answer();
  };
  const shownOf = (asked: string, isDecrypted: boolean) => {
    const wanted = selected(asked);
    const { parameter, version } = parameters.version(wanted);
    return {
      ...shown(wanted.name ?? parameter.name, version, isDecrypted),
      ...(wanted.selector !== undefined && { Selector: wanted.selector }),
    };
  };
  return {
    GetParameter: operation('GetParameter', {
      input: z.strictObject({ Name: name, WithDecryption: flag }),
      permissions: ({ Name }) => onParameter('GetParameter', Name),
      run: ({ Name, WithDecryption }) => read(() => ({ Parameter: shownOf(Name, WithDecryption) })),
    }),
    GetParameters: operation('GetParameters', {
      input: z.strictObject({ Names: names, WithDecryption: flag }),
      permissions: ({ Names }) => onParameters('GetParameters', Names),
      run: ({ Names, WithDecryption }) =>
        read(() => {
          const all = [...new Set(Names)].map((one) => ({ one, is: found(() => shownOf(one, WithDecryption)) }));
          return {
            Parameters: all.flatMap(({ is }) => is ?? []),
            InvalidParameters: all.filter(({ is }) => !is).map(({ one }) => one),
          };
        }),
    }),
    GetParametersByPath: operation('GetParametersByPath', {
      input: z.strictObject({ Path: name, Recursive: flag, WithDecryption: flag, MaxResults: count(10), NextToken }),
      permissions: ({ Path }) => onParameter('GetParametersByPath', Path),
      run: ({ Path, Recursive, WithDecryption, ...rest }) =>
        read(() => {
          if (!Path.startsWith('/')) throw invalid('The parameter path must begin with a slash: /.');
          const start = Path.endsWith('/') ? Path : `${Path}/`;
          const isBelow = ({ name }: Parameter) => {
            const full = `/${keyOf(name)}`;
            return full.startsWith(start) && (Recursive || !full.slice(start.length).includes('/'));
          };
          const { page, ...more } = pageOf(parameters.list().filter(isBelow), rest);
          return { Parameters: page.map((one) => shown(one.name, latest(one), WithDecryption)), ...more };
        }),
    }),
  };
}

function describeOperations(parameters: Parameters): Record<string, Operation> {
  return {
    GetParameterHistory: operation('GetParameterHistory', {
      input: z.strictObject({ Name: name, WithDecryption: flag, MaxResults: count(50), NextToken }),
      permissions: ({ Name }) => onParameter('GetParameterHistory', Name),
      run({ Name, WithDecryption, ...rest }) {
        const { name, versions } = parameters.find(selected(Name).key);
        const { page, ...more } = pageOf(versions, rest);
        return {
          Parameters: page.map((version) => ({
            ...described(name, version),
            Value: textOf(version, WithDecryption),
            Labels: [],
          })),
          ...more,
        };
      },
    }),
    DescribeParameters: operation('DescribeParameters', {
      input: z.strictObject({
        ParameterFilters: z
          .array(
            z.strictObject({
              Key: z.literal('Name'),
              Option: z.enum(['Equals', 'BeginsWith']).default('Equals'),
              Values: z.array(name).min(1).max(50),
            }),
          )
          .default([]),
        MaxResults: count(50),
        NextToken,
      }),
      permissions: () => [{ action: 'ssm:DescribeParameters', resource: '*' }],
      run({ ParameterFilters, ...rest }) {
        const fits = ({ name }: Parameter) =>
          ParameterFilters.every(({ Option, Values }) =>
            Values.some((value) => (Option === 'Equals' ? keyOf(name) === keyOf(value) : name.startsWith(value))),
          );
        const { page, ...more } = pageOf(parameters.list().filter(fits), rest);
        return { Parameters: page.map((one) => described(one.name, latest(one))), ...more };
      },
    }),
  };
}

function deleteOperations(parameters: Parameters, announce: Announce): Record<string, Operation> {
  const remove = (asked: string, { traceHeader, madeBy }: CallContext) => {
    const { key } = selected(asked);
    const { name: gone } = parameters.find(key);
    const last = parameters.delete(key);
    if (last) announce('Delete', gone, last, { traceHeader, madeBy });
  };
  return {
    DeleteParameter: operation('DeleteParameter', {
      input: z.strictObject({ Name: name }),
      permissions: ({ Name }) => onParameter('DeleteParameter', Name),
      run({ Name }, context) {
        remove(Name, context);
        return {};
      },
    }),
    DeleteParameters: operation('DeleteParameters', {
      input: z.strictObject({ Names: names }),
      permissions: ({ Names }) => onParameters('DeleteParameters', Names),
      run({ Names }, context) {
        const isThere = (one: string) => found(() => parameters.find(selected(one).key)) !== undefined;
        const DeletedParameters = [...new Set(Names)].filter(isThere);
        const InvalidParameters = Names.filter((one) => !isThere(one));
        for (const one of DeletedParameters) remove(one, context);
        return { DeletedParameters, InvalidParameters };
      },
    }),
  };
}

function putParameter(parameters: Parameters, announce: Announce): Operation {
  return operation('PutParameter', {
    input: z.strictObject({
      Name: name,
      Value: z.string().min(1),
      Type: z.enum(PARAMETER_TYPES).optional(),
      Description: z.string().max(1024).optional(),
      AllowedPattern: z.string().max(1024).optional(),
      Overwrite: flag,
      Tier: z.enum(TIERS).optional(),
      DataType: z.literal('text').optional(),
      // The account's own key of AWS, which whoever may use the parameter may use.
      KeyId: z.literal('alias/aws/ssm').optional(),
    }),
    permissions: ({ Name }) => onParameter('PutParameter', Name),
    run({ Name, Value, Type, Description, AllowedPattern, Overwrite, Tier }, { principal, traceHeader, madeBy }) {
      const parameter = parameters.known(Name);
      const previous = parameter && latest(parameter);
      if (previous && !Overwrite) throw alreadyExists();
      const type = Type ?? previous?.type;
      if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
      const version = parameters.put(Name, {
        type,
        value: Value,
        tier: Tier ?? previous?.tier ?? 'Standard',
        description: Description ?? previous?.description,
        allowedPattern: AllowedPattern ?? previous?.allowedPattern,
        changedBy: describePrincipal(principal),
      });
      announce(previous ? 'Update' : 'Create', parameter?.name ?? Name, version, { traceHeader, madeBy });
      return { Version: version.version, Tier: version.tier };
    },
  });
}

/** The name is in use. */
export const alreadyExists = (): AwsError =>
  new AwsError(
    'ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  );

/** Undefined for what is not there. Throws what else goes wrong. */
function found<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof AwsError && /^Parameter(Version)?NotFound$/.test(error.code)) return undefined;
    throw error;
  }
}
