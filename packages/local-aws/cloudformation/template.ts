import { z } from 'zod';
import { didYouMean, type Problems, TemplateError } from './problems.ts';

const text = z.string();
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const parameterSchema = z.strictObject({
  Type: text,
  Default: z.union([scalar, z.array(scalar)]).optional(),
  AllowedValues: z.array(scalar).optional(),
  AllowedPattern: text.optional(),
  MinLength: z.coerce.number().optional(),
  MaxLength: z.coerce.number().optional(),
  MinValue: z.coerce.number().optional(),
  MaxValue: z.coerce.number().optional(),
  ConstraintDescription: text.optional(),
  Description: text.optional(),
  NoEcho: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
});

const resourceSchema = z.strictObject({
  Type: text,
  Properties: z.record(text, z.unknown()).optional(),
  DependsOn: z.union([text, z.array(text)]).optional(),
  Condition: text.optional(),
  DeletionPolicy: z.enum(['Delete', 'Retain', 'RetainExceptOnCreate']).optional(),
  UpdateReplacePolicy: z.enum(['Delete', 'Retain']).optional(),
  Metadata: z.unknown().optional(),
});

const outputSchema = z.strictObject({
  Value: z.unknown(),
  Description: text.optional(),
  Condition: text.optional(),
  Export: z.strictObject({ Name: z.unknown() }).optional(),
});

const logicalId = z.string().regex(/^[A-Za-z0-9]{1,255}$/);

/** docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_RESOURCES = 500;
const MOST_OTHERS = 200;

const section = <Member extends z.ZodType>(what: string, member: Member, most = MOST_OTHERS) =>
  z.record(logicalId, member).refine((members) => Object.keys(members).length <= most, {
    error: `a template has at most ${most} ${what}`,
  });

const mappings = z.record(text, z.record(text, z.record(text, z.union([scalar, z.array(scalar)]))));

const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: text.optional(),
  Metadata: z.unknown().optional(),
  Transform: z.union([text, z.array(text)]).optional(),
  Parameters: section('parameters', parameterSchema).default({}),
  Mappings: mappings
    .refine((all) => Object.keys(all).length <= MOST_OTHERS, {
      error: `a template has at most ${MOST_OTHERS} mappings`,
    })
    .default({}),
  Conditions: z.record(text, z.unknown()).default({}),
  Resources: section('resources', resourceSchema, MOST_RESOURCES),
  Outputs: section('outputs', outputSchema).default({}),
});

/** A CloudFormation template, as JSON. */
export type Template = z.output<typeof templateSchema>;
export type ParameterDefinition = z.output<typeof parameterSchema>;
export type ResourceDefinition = z.output<typeof resourceSchema>;

const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';

/** Whether Fn::Length, Fn::ToJsonString and FindInMap's default may be used: AWS wants the transform named for them. */
export function hasLanguageExtensions(template: Template): boolean {
  return [template.Transform ?? []].flat().includes(LANGUAGE_EXTENSIONS);
}

/**
 * Reads a template's frame: sections, and the attributes of resources. What is inside properties is checked later,
 * against each resource type. Throws TemplateError with all that does not fit.
 */
export function parseTemplate(stackName: string, template: unknown): Template {
  if (!hasResources(template)) {
    throw new TemplateError(stackName, ['Template format error: At least one Resources member must be defined.']);
  }
  const parsed = templateSchema.safeParse(template);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => describeFrameIssue(issue));
    throw new TemplateError(stackName, problems);
  }
  for (const transform of [parsed.data.Transform ?? []].flat()) {
    if (transform !== LANGUAGE_EXTENSIONS) {
      throw new TemplateError(stackName, [`Transform ${transform} is not supported by local-aws`]);
    }
  }
  return parsed.data;
}

function hasResources(template: unknown): boolean {
  if (typeof template !== 'object' || template === null || !('Resources' in template)) return false;
  const { Resources } = template;
  return typeof Resources === 'object' && Resources !== null && Object.keys(Resources).length > 0;
}

/** What the members of a section are called in CloudFormation's messages. */
const NAMED: Readonly<Record<string, string>> = { Parameters: 'Parameter', Resources: 'Resource', Outputs: 'Output' };

const FRAME_KEYS = [
  ...Object.keys(templateSchema.shape),
  ...Object.keys(resourceSchema.shape),
  ...Object.keys(parameterSchema.shape),
  ...Object.keys(outputSchema.shape),
];

function describeFrameIssue(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.join('.');
  const [section = '', id = '', attribute] = issue.path.map(String);
  if (issue.code === 'invalid_key') return [`Template format error: ${NAMED[section]} name ${id} is non alphanumeric.`];
  if (section === 'Resources' && attribute === 'Type') {
    return [`Template format error: [/Resources/${id}] Every Resources object must contain a Type member.`];
  }
  if (issue.code !== 'unrecognized_keys') return [`${place || 'the template'}: ${issue.message}`];
  if (section === 'Resources' && issue.path.length === 2) {
    return issue.keys.map(
      (key) => `${place}: Invalid template resource property '${key}'${didYouMean(key, FRAME_KEYS)}`,
    );
  }
  return issue.keys.map(
    (key) => `${place === '' ? key : `${place}.${key}`} is not supported by local-aws${didYouMean(key, FRAME_KEYS)}`,
  );
}

/** The logical ids that DependsOn names. */
export function dependsOn(definition: ResourceDefinition): string[] {
  return [definition.DependsOn ?? []].flat();
}

/** Finds conditions that a resource or output names but the template does not define. */
export function checkConditionNames(template: Template, problems: Problems): void {
  const known = Object.keys(template.Conditions);
  const users = [
    ...Object.entries(template.Resources).map(([id, { Condition }]) => [id, Condition] as const),
    ...Object.entries(template.Outputs).map(([id, { Condition }]) => [`Outputs.${id}`, Condition] as const),
  ];
  for (const [user, condition] of users) {
    if (condition !== undefined && !known.includes(condition)) {
      problems.add(`${user}: Condition names ${condition}, which is not defined${didYouMean(condition, known)}`);
    }
  }
}
