import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CelEngine, type StandardDiagnostic, TemplateFile } from '@aws/cloudformation-validate';
import { compileTemplate } from '../packages/local-aws/build/compile.ts';
import { metricProblems, type Template } from './templateChecks.ts';
import { findServices, findVariants, type Service, servicesNamed, type Variant } from './workspace.ts';

const HELP = `npm run validate [-- <service> ...]

Compiles the template of each service, or of those that are named, for the stage dev, with its defaults and with each set
of params that its package.json lists, and checks it against AWS's own rules. Nothing is deployed, and no account is asked.`;

/** Findings at these severities fail. */
const FATAL_SEVERITIES = new Set(['FATAL', 'ERROR', 'WARN']);
/** How many services are packaged at once. */
const CONCURRENCY = 2;
/** The stage whose template is checked: what would be deployed. */
const STAGE = 'dev';

/** A finding that is accepted, for all services, and why. */
interface Accepted {
  ruleId: string;
  /** Only on resources of this logical id. */
  resource?: RegExp;
  reason: string;
}

const ACCEPTED: Accepted[] = [
  {
    ruleId: 'W3005',
    resource: /LambdaFunction$/,
    reason: 'serverless-iam-roles-per-function names the role in DependsOn too; redundant, and without effect',
  },
  {
    ruleId: 'W3005',
    resource: /LambdaPermissionWebsockets$/,
    reason: 'osls names the function of a permission in DependsOn too; redundant, and without effect',
  },
  {
    ruleId: 'W3005',
    resource: /^HttpApiRoute/,
    reason: 'osls names the integration of a route in DependsOn too; redundant, and without effect',
  },
  {
    ruleId: 'W3011',
    resource: /LambdaVersion/,
    reason:
      'osls keeps old versions when they leave the template; a version is never replaced, it gets a new logical id',
  },
  {
    ruleId: 'W1028',
    resource: /^PartnerDestination$/,
    reason:
      'its condition on a param is constant once compiled, and an address must stand there even where nothing is made',
  },
  ...['W8003', 'W9053'].map((ruleId) => ({
    ruleId,
    reason: 'a condition on a param is decided when osls compiles the template: constant there, and different by stage',
  })),
  ...['W9002', 'W9013'].map((ruleId) => ({
    ruleId,
    resource: /SnsSubscription\w+$|LambdaPermission\w+SNS$|^StatusesPipe$/,
    reason:
      "the ARN of another stack's topic or stream is a param, which osls puts in when it compiles the template: of an account that is none by default",
  })),
];

interface Verdict {
  service: Service;
  seconds: string;
  problems: string[];
}

function isAccepted(finding: StandardDiagnostic): boolean {
  return ACCEPTED.some(
    ({ ruleId, resource }) =>
      ruleId === finding.ruleId && (!resource || resource.test(finding.entity?.logicalId ?? '')),
  );
}

function describe(finding: StandardDiagnostic): string {
  const where = [finding.entity?.logicalId, finding.propertyPath].filter(Boolean).join(' ');
  return `${finding.severity} ${finding.ruleId} ${where}: ${finding.message}`;
}

/** The validator reads files only. */
function findingsIn(template: object): StandardDiagnostic[] {
  const folder = mkdtempSync(join(tmpdir(), 'validate-'));
  const file = join(folder, 'template.json');
  const engine = new CelEngine();
  try {
    writeFileSync(file, JSON.stringify(template));
    return engine.validateStandard(new TemplateFile(file)).diagnostics;
  } finally {
    engine.free();
    rmSync(folder, { recursive: true });
  }
}

async function validate(service: Service | Variant): Promise<Verdict> {
  const startedAt = performance.now();
  const verdict = (problems: string[]) => ({
    service,
    seconds: ((performance.now() - startedAt) / 1000).toFixed(1),
    problems,
  });
  try {
    const { template } = await compileTemplate(service.folder, {
      stage: STAGE,
      ...('params' in service ? { params: service.params } : {}),
    });
    const findings = findingsIn(template);
    const fatal = findings.filter((one) => FATAL_SEVERITIES.has(one.severity) && !isAccepted(one));
    return verdict([...fatal.map((one) => describe(one)), ...metricProblems(template as unknown as Template)]);
  } catch (error) {
    return verdict([error instanceof Error ? error.message : String(error)]);
  }
}

/** What the command line names; undefined: help is wanted. Throws an Error that says what is wrong. */
function wantedBy(args: string[]): (Service | Variant)[] | undefined {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { help: { type: 'boolean' } } });
  if (values.help) return undefined;
  const services = positionals.length > 0 ? servicesNamed(positionals) : findServices();
  return [...services, ...findVariants(services)];
}

/** Validates a few at a time, and says what came of each. Gives the process's exit code. */
async function validateAll(waiting: (Service | Variant)[]): Promise<number> {
  if (waiting.length === 0) console.log('there is no service to validate yet');
  let failed = false;
  const work = async () => {
    for (let service = waiting.shift(); service; service = waiting.shift()) {
      const { seconds, problems } = await validate(service);
      failed ||= problems.length > 0;
      console.log(`${service.name.padEnd(25)}${problems.length === 0 ? 'valid' : 'not valid'} (${seconds} s)`);
      for (const problem of problems) console.log(`  ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return failed ? 1 : 0;
}

try {
  const waiting = wantedBy(process.argv.slice(2));
  if (waiting) process.exitCode = await validateAll(waiting);
  else console.log(HELP);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
