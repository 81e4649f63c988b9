/** The account that everything local belongs to. */
export const LOCAL_ACCOUNT = '000000000000';
/** The region of everything local. */
export const LOCAL_REGION = 'eu-west-1';

/** The parts of an ARN: `arn:partition:service:region:account:resource`. */
export interface Arn {
  service: string;
  region: string;
  account: string;
  /** All after the fifth colon, for example `function:mafia-local-new-game` or `table/scores`. */
  resource: string;
}

/** Takes an ARN apart. Throws a TypeError that shows the value when it is none. */
export function parseArn(arn: string): Arn {
  const [prefix, , service, region, account, ...resource] = arn.split(':');
  if (
    prefix !== 'arn' ||
    service === undefined ||
    region === undefined ||
    account === undefined ||
    resource.length === 0
  ) {
    throw new TypeError(`not an ARN: '${arn}'`);
  }
  return { service, region, account, resource: resource.join(':') };
}

/** Whether the text is an ARN of the service. */
export function isArnOf(service: string, text: string): boolean {
  try {
    return parseArn(text).service === service;
  } catch {
    return false;
  }
}

/** Puts an ARN of the local account together. IAM and STS have no region in theirs. */
export function arnOf(
  service: string,
  resource: string,
  region = service === 'iam' || service === 'sts' ? '' : LOCAL_REGION,
): string {
  return `arn:aws:${service}:${region}:${LOCAL_ACCOUNT}:${resource}`;
}

/** The ARN of a role's session. */
export function sessionArn(roleArn: string, sessionName: string): string {
  const account = roleArn.replace(':iam:', ':sts:').replace(/:role\/.*$/, '');
  return `${account}:assumed-role/${nameFromArn(roleArn)}/${sessionName}`;
}

/** The last name in an ARN: what follows the last `:` or `/`. */
export function nameFromArn(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1);
}
