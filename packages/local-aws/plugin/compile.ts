import type { Serverless } from './serverlessTypes.ts';

/** Hooks that bundle and zip code. A template can be compiled without. */
const ARTIFACT_HOOK = /(^|:)package:createDeploymentArtifacts$/;

/**
 * Compiles the service's CloudFormation template in this process, as `sls package` does but without bundling and zipping:
 * the functions run from their bundles here. Leaves the service's packaging settings as they were.
 */
export async function compileTemplate(serverless: Serverless): Promise<Record<string, unknown>> {
  const { service, pluginManager } = serverless;
  const functions = service.getAllFunctions().map((key) => service.getFunction(key));
  const before = {
    hooks: pluginManager.hooks,
    service: service.package,
    functions: functions.map((one) => one.package),
  };

  pluginManager.hooks = Object.fromEntries(
    Object.entries(before.hooks).map(([event, hooks]) => [event, ARTIFACT_HOOK.test(event) ? [] : hooks]),
  );
  // osls reads each artifact to hash it; any file will do, because the hash is used for nothing here.
  for (const one of functions) one.package = { artifact: import.meta.filename };
  try {
    await pluginManager.spawn('package');
  } finally {
    pluginManager.hooks = before.hooks;
    service.package = before.service;
    for (const [index, one] of functions.entries()) {
      if (before.functions[index] === undefined) delete one.package;
      else one.package = before.functions[index];
    }
  }
  const template = service.provider.compiledCloudFormationTemplate;
  if (!template) throw new Error('osls compiled no template');
  // As it would be sent: plain JSON, without what the compiler keeps beside it.
  return JSON.parse(JSON.stringify(template));
}

/**
 * The template with its schedules switched off: what is invoked once, by hand, should not be joined by whatever falls due.
 */
export function withoutSchedules(template: Record<string, unknown>): Record<string, unknown> {
  const copy = structuredClone(template);
  for (const { Type, Properties } of Object.values((copy.Resources ?? {}) as Record<string, Resource>)) {
    const isSchedule = Type === 'AWS::Scheduler::Schedule' || Properties?.ScheduleExpression !== undefined;
    if (isSchedule && Properties) Properties.State = 'DISABLED';
  }
  return copy;
}

interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}
