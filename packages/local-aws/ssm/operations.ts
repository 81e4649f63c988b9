import { z } from 'zod';
import { checkedOperations } from '../core/checkedOperation.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { describePrincipal } from '../core/principal.ts';
import type { CallContext, Operation, Permission } from '../core/service.ts';
import { TokenBucket } from '../core/tokenBucket.ts';
import type { Announce } from './announce.ts';
import { invalid, keyOf, parameterArn, selected } from './names.ts';
import { latest, PARAMETER_TYPES, type Parameter, type Parameters, TIERS, type Version } from './parameters.ts';
import { DEFAULT_KEY, Sealing } from './sealing.ts';
import { described, pageOf, shown } from './shown.ts';

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
): Record<string, Operation> => {
  const sealing = new Sealing(core);
  const textOf: TextOf = (name, version, { isDecrypted, context }) =>
    isDecrypted ? sealing.open(name, version, context) : version.value;
  return {
    ...readOperations(core, parameters, textOf),
    ...describeOperations(parameters, textOf),
    PutParameter: putParameter(parameters, sealing, announce),
    ...deleteOperations(parameters, announce),
  };
};

/** Who reads, and whether he asks for decryption. */
interface How {
  isDecrypted: boolean;
  context: CallContext;
}

/** What of a version such a reader sees. */
type TextOf = (name: string, version: Version, how: How) => string | Promise<string>;

/** Those that count towards the limit of reads. */
function readOperations(core: Core, parameters: Parameters, textOf: TextOf): Record<string, Operation> {
  const reads = new TokenBucket(READS, core.clock.now());
  const countRead = () => {
    if (!reads.take(core.clock.now())) throw core.services.throttled('ssm');
  };
  const look = (asked: string) => {
    const wanted = selected(asked);
    return { wanted, ...parameters.version(wanted) };
  };
  const shownOf = async ({ wanted, parameter, version }: ReturnType<typeof look>, how: How) => ({
    ...shown(wanted.name ?? parameter.name, version, await textOf(parameter.name, version, how)),
    ...(wanted.selector !== undefined && { Selector: wanted.selector }),
  });
  return {
    GetParameter: operation('GetParameter', {
      input: z.strictObject({ Name: name, WithDecryption: flag }),
      permissions: ({ Name }) => onParameter('GetParameter', Name),
      async run({ Name, WithDecryption: isDecrypted }, context) {
        countRead();
        return { Parameter: await shownOf(look(Name), { isDecrypted, context }) };
      },
    }),
    GetParameters: operation('GetParameters', {
      input: z.strictObject({ Names: names, WithDecryption: flag }),
      permissions: ({ Names }) => onParameters('GetParameters', Names),
      async run({ Names, WithDecryption: isDecrypted }, context) {
        countRead();
        const all = [...new Set(Names)].map((one) => ({ one, is: found(() => look(one)) }));
        return {
          Parameters: await Promise.all(all.flatMap(({ is }) => (is ? shownOf(is, { isDecrypted, context }) : []))),
          InvalidParameters: all.filter(({ is }) => !is).map(({ one }) => one),
        };
      },
    }),
    GetParametersByPath: operation('GetParametersByPath', {
      input: z.strictObject({ Path: name, Recursive: flag, WithDecryption: flag, MaxResults: count(10), NextToken }),
      permissions: ({ Path }) => onParameter('GetParametersByPath', Path),
      async run({ Path, Recursive, WithDecryption: isDecrypted, ...rest }, context) {
        countRead();
        if (!Path.startsWith('/')) throw invalid('The parameter path must begin with a slash: /.');
        const start = Path.endsWith('/') ? Path : `${Path}/`;
        const isBelow = ({ name }: Parameter) => {
          const full = `/${keyOf(name)}`;
          return full.startsWith(start) && (Recursive || !full.slice(start.length).includes('/'));
        };
        const { page, ...more } = pageOf(parameters.list().filter(isBelow), rest);
        const all = page.map(({ name }) => shownOf(look(name), { isDecrypted, context }));
        return { Parameters: await Promise.all(all), ...more };
      },
    }),
  };
}

function describeOperations(parameters: Parameters, textOf: TextOf): Record<string, Operation> {
  return {
    GetParameterHistory: operation('GetParameterHistory', {
      input: z.strictObject({ Name: name, WithDecryption: flag, MaxResults: count(50), NextToken }),
      permissions: ({ Name }) => onParameter('GetParameterHistory', Name),
      async run({ Name, WithDecryption: isDecrypted, ...rest }, context) {
        const { name, versions } = parameters.find(selected(Name).key);
        const { page, ...more } = pageOf(versions, rest);
        const all = page.map(async (version) => ({
          ...described(name, version),
          Value: await textOf(name, version, { isDecrypted, context }),
          Labels: [],
        }));
        return { Parameters: await Promise.all(all), ...more };
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

function putParameter(parameters: Parameters, sealing: Sealing, announce: Announce): Operation {
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
      KeyId: z.string().min(1).max(256).optional(),
    }),
    permissions: ({ Name }) => onParameter('PutParameter', Name),
    async run({ Name, Value, Type, Description, AllowedPattern, Overwrite, Tier, KeyId }, context) {
      const { principal, traceHeader, madeBy } = context;
      const before = () => {
        const parameter = parameters.known(Name);
        const previous = parameter && latest(parameter);
        if (previous && !Overwrite) throw alreadyExists();
        return { name: parameter?.name ?? Name, previous };
      };
      const { previous: known } = before();
      const type = Type ?? known?.type;
      if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
      const isSecure = type === 'SecureString';
      if (KeyId !== undefined && !isSecure) throw invalid(`KeyId is not supported for parameters of type ${type}.`);
      const wanted = {
        type,
        value: Value,
        tier: Tier ?? known?.tier ?? 'Standard',
        description: Description ?? known?.description,
        allowedPattern: AllowedPattern ?? known?.allowedPattern,
        changedBy: describePrincipal(principal),
      };
      const keyId = KeyId ?? DEFAULT_KEY;
      const tier = parameters.tierOf(Name, wanted);
      const sealed = isSecure && {
        sealed: { value: await sealing.seal(Name, { value: Value, tier, keyId }, context), keyId },
      };
      // Meanwhile somebody else may have put it.
      const { name, previous } = before();
      const version = parameters.put(Name, { ...wanted, tier, ...sealed });
      announce(previous ? 'Update' : 'Create', name, version, { traceHeader, madeBy });
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
