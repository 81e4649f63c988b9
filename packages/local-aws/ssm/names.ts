import { arnOf, isArnOf, parseArn } from '../core/arn.ts';
import { AwsError } from '../core/errors.ts';

/** Limits of names: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
const MAX_LENGTH = 1011;
const MAX_LEVELS = 15;
const LETTERS = 'each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';
const RESERVED = /^\/?(?<who>aws|ssm)/i;

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** What a name stands for: `/a` and `a` are one parameter, `/a/b` needs its slash. */
export const keyOf = (name: string): string => (name.startsWith('/') ? name.slice(1) : name);

/** The ARN of a parameter, or of a path, by its name. */
export const parameterArn = (name: string): string => arnOf('ssm', `parameter/${keyOf(name)}`);

/** Refuses what can be no parameter's name. Throws AwsError. */
export function checkName(name: string): void {
  const isPath = keyOf(name).includes('/');
  if (!/^[\w.\-/]+$/.test(name) || name.includes('//') || name.endsWith('/'))
    throw invalid(
      `Parameter name: ${isPath ? `if formed as a path, it can consist of sub-paths divided by slash symbol; ${LETTERS}` : LETTERS}.`,
    );
  if (isPath && !name.startsWith('/')) throw invalid('Parameter name must be a fully qualified name.');
  if (parameterArn(name).length > MAX_LENGTH)
    throw invalid(`Parameter name is longer than ${MAX_LENGTH} characters with its ARN.`);
  if (keyOf(name).split('/').length > MAX_LEVELS)
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${MAX_LEVELS} levels.`,
    );
  const who = RESERVED.exec(name)?.groups?.who?.toLowerCase();
  if (who === 'aws' && isPath)
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  if (who !== undefined) throw invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
}

/** What of a parameter is meant by `<name or ARN>`, with `:<version>` behind it. */
export interface Selected {
  /** As it was asked for, without the selector; that of an ARN is the parameter's own. */
  name?: string;
  key: string;
  /** `:3` or `:label`. */
  selector?: string;
}

/** Takes apart how a parameter is asked for. */
export function selected(asked: string): Selected {
  if (isArnOf('ssm', asked)) {
    const [, key = '', selector] = /^parameter\/([^:]*)(:.*)?$/.exec(parseArn(asked).resource) ?? [];
    return { key, ...(selector !== undefined && { selector }) };
  }
  const colon = asked.indexOf(':');
  const name = colon === -1 ? asked : asked.slice(0, colon);
  return { name, key: keyOf(name), ...(colon !== -1 && { selector: asked.slice(colon) }) };
}
