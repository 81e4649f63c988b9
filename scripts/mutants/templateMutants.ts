/** A change to a compiled template: what is at `path` is left out, or is `value`. */
export interface TemplateEdit {
  path: (string | number)[];
  value?: unknown;
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Properties that say which messages go to a target: one mutant for each of their parts. */
const FILTERS = ['FilterPolicy', 'EventPattern', 'FilterCriteria'];
/** Properties that bound or route retries, and what goes on beside the functions: left out, one at a time. */
const LEFT_OUT = [
  ...FILTERS,
  'Condition',
  'RedrivePolicy',
  'DestinationConfig',
  'OnFailure',
  'SourceArn',
  'TimeToLiveSpecification',
  'StreamSpecification',
  'FunctionResponseTypes',
  'RecursiveLoop',
  'MethodSettings',
  'FilterPolicyScope',
];
/** Numbers that bound: one more. */
const LIMITS = [
  'MaximumRetryAttempts',
  'MaximumEventAgeInSeconds',
  'maxReceiveCount',
  'ThrottlingRateLimit',
  'ThrottlingBurstLimit',
];

/**
 * The mutants of a compiled template: without each IAM statement and each action of one that has several, and with each that allows
 * on any resource, or all of its service (`sns:*`); without each filter and each part of it, without conditions, redrive policies,
 * destinations; with each limit of retries and requests one higher.
 */
export function templateMutantsOf(template: { Resources: object }): TemplateEdit[] {
  const edits: TemplateEdit[] = [];

  const visitProperty = (name: string, value: unknown, path: TemplateEdit['path']) => {
    if (LEFT_OUT.includes(name)) edits.push({ path });
    if (LIMITS.includes(name)) edits.push({ path, value: Number(value) + 1 });
    if (FILTERS.includes(name) && isObject(value)) {
      for (const part of Object.keys(value)) edits.push({ path: [...path, part] });
    }
    if (name === 'Statement' && Array.isArray(value)) edits.push(...statementMutants(value, path));
  };
  const visit = (value: unknown, path: TemplateEdit['path']): void => {
    if (Array.isArray(value)) for (const [at, item] of value.entries()) visit(item, [...path, at]);
    if (!isObject(value)) return;
    for (const [name, child] of Object.entries(value)) {
      visitProperty(name, child, [...path, name]);
      visit(child, [...path, name]);
    }
  };
  visit(template.Resources, ['Resources']);
  return edits;
}

function statementMutants(statements: unknown[], path: TemplateEdit['path']): TemplateEdit[] {
  return statements.flatMap((statement, at) => {
    const own = [...path, at];
    if (!isObject(statement)) return [{ path: own }];
    const actions = [statement.Action ?? []].flat();
    const eachAction = actions.length > 1 ? actions.map((_, action) => ({ path: [...own, 'Action', action] })) : [];
    return [{ path: own }, ...eachAction, ...wideningMutants(statement, own)];
  });
}

/**
 * A statement that allows more than it should. One that denies would only deny more; one without a resource is a role's trust,
 * where whom it names can ask for nothing but the role.
 */
function wideningMutants({ Effect, Action, Resource }: Json, path: TemplateEdit['path']): TemplateEdit[] {
  if (Effect === 'Deny' || Resource === undefined) return [];
  const all = `${String([Action].flat()[0]).split(':')[0]}:*`;
  const anyAction = { path: [...path, 'Action'], value: all };
  return Resource === '*' ? [anyAction] : [{ path: [...path, 'Resource'], value: '*' }, anyAction];
}

/** Changes the template in place. */
export function applyTemplateEdit(template: object, { path, value }: TemplateEdit): void {
  const last = path.at(-1);
  // biome-ignore lint/suspicious/noExplicitAny: a path leads through a template of any shape.
  const parent = path.slice(0, -1).reduce((at: any, key) => at[key], template as any);
  if (last === undefined) return;
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
}
