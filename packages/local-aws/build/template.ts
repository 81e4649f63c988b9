import type { Serverless } from '../plugin/serverlessTypes.ts';

/** Hooks that bundle and zip code, or write into the service's folder. A template can be compiled without. */
const NOT_OF_THE_TEMPLATE =
  /(^|:)(package:(cleanup|createDeploymentArtifacts)|aws:package:finalize:saveServiceState|aws:common:\w+:\w+)$/;

/** The folder for uploads that osls names by the time of day, in the place of a function's code. */
const UPLOAD_TIME = /\/\d{13}-[^/]+\//;

/**
 * Compiles the service's CloudFormation template in this process, as `sls package` does but without bundling, zipping and
 * writing files: the functions run from their bundles here. Leaves the service's packaging settings as they were.
 */
export async function templateOf(serverless: Serverless): Promise<Record<string, unknown>> {
  const { service, pluginManager, utils } = serverless;
  const functions = service.getAllFunctions().map((key) => service.getFunction(key));
  const before = {
    hooks: pluginManager.hooks,
    service: service.package,
    functions: functions.map((one) => one.package),
    writeFileSync: utils.writeFileSync,
  };

  pluginManager.hooks = Object.fromEntries(
    Object.entries(before.hooks).map(([event, hooks]) => [event, NOT_OF_THE_TEMPLATE.test(event) ? [] : hooks]),
  );
  utils.writeFileSync = () => {};
  // osls reads each artifact to hash it; any file will do, because the hash is used for nothing here.
  for (const one of functions) one.package = { artifact: import.meta.filename };
  try {
    await pluginManager.spawn('package');
  } finally {
    pluginManager.hooks = before.hooks;
    utils.writeFileSync = before.writeFileSync;
    service.package = before.service;
    for (const [index, one] of functions.entries()) {
      if (before.functions[index] === undefined) delete one.package;
      else one.package = before.functions[index];
    }
  }
  const template = service.provider.compiledCloudFormationTemplate;
  if (!template) throw new Error('osls compiled no template');
  // As it would be sent: plain JSON, without what the compiler keeps beside it. And without the time of day, so that
  // what is the same compiles to the same.
  return JSON.parse(JSON.stringify(template, (_key, value) => withoutTime(value)));
}

function withoutTime(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('serverless/') ? value.replace(UPLOAD_TIME, '/') : value;
}
