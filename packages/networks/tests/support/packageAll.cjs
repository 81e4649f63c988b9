// Packages many configurations with osls in one process: starting osls anew for each takes seconds.
// In: JSON on standard input, [{ functions, resources }, ...]. Out: JSON, the compiled templates in the same order.
const { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const Serverless = require('serverless');

/** Beside the package's node_modules, where Serverless looks for its plugins. */
const parent = join(__dirname, '../../.serverless');

const packageOne = async ({ functions, resources }, serviceDir) => {
  const serverless = new Serverless({
    serviceDir,
    configurationFilename: 'serverless.yml',
    commands: ['package'],
    options: {},
    configuration: {
      service: 'example',
      configValidationMode: 'error',
      provider: { name: 'aws', runtime: 'nodejs24.x', region: 'eu-west-1', stage: 'dev' },
      plugins: ['serverless-iam-roles-per-function'],
      package: { patterns: ['!**', 'handler.cjs'] },
      functions,
      resources,
    },
  });
  await serverless.init();
  await serverless.run();
  return serverless.service.provider.compiledCloudFormationTemplate;
};

const main = async () => {
  mkdirSync(parent, { recursive: true });
  const serviceDir = mkdtempSync(join(parent, 'package-'));
  try {
    writeFileSync(join(serviceDir, 'serverless.yml'), '');
    writeFileSync(join(serviceDir, 'handler.cjs'), '');
    const templates = [];
    for (const configuration of JSON.parse(readFileSync(0, 'utf8'))) {
      templates.push(await packageOne(configuration, serviceDir));
    }
    process.stdout.write(JSON.stringify(templates));
  } finally {
    rmSync(serviceDir, { recursive: true, force: true });
  }
};

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
