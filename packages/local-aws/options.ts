import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { type FaultPlan, faultPlanSchema } from './core/faults.ts';
import type { GovernorLimits } from './lambda/runtime/governorLimits.ts';

/** What the command line asks for. */
export interface CliOptions {
  help: boolean;
  port: number;
  /** Forget the state of earlier runs. */
  fresh: boolean;
  stateFolder: string;
  faultsFile: string | undefined;
  /** Host these services of serverless-compose.yml, `all` or by name. */
  services: 'all' | readonly string[] | undefined;
  /** Where serverless-compose.yml is; left out: in the repository. */
  composeFolder: string | undefined;
  /** Ports whose pages may call, beside its own. */
  pages: readonly number[];
  /** Show what functions write. */
  verbose: boolean;
  /** What execution environments may take; left out where the defaults hold. */
  environments: Partial<Pick<GovernorLimits, 'maxBusy' | 'memoryMb'>>;
}

/** The command line, or a file that it names, cannot be understood; the message is a sentence for its author. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What `--help` prints. */
export const HELP = `AWS on this laptop: one process, one port, for the services of this repository.

  node packages/local-aws/cli.ts [options]

  --port N        the port on 127.0.0.1 (default: LOCAL_AWS_PORT, else 4566; 0: any free one)
  --state DIR     where tables, stacks and logs are kept (default: .local-aws in the repository)
  --fresh         forget what is kept there
  --faults FILE   a fault plan, in JSON or YAML: what goes wrong on purpose
  --services all  run the services of serverless-compose.yml, or some: ping-pong,mafia
  --compose DIR   where serverless-compose.yml is (default: the repository)
  --pages N       a port of another process whose pages may call: the web app's (N,M for several)
  --verbose       show what functions write
  --busy N        environments that may compute before no function gets a further one (default: the processors)
  --memory MB     what functions' environments may keep together (default: an eighth of the machine's, at the most 640)
  --help          this text

Clients reach it with AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_REGION=eu-west-1
AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`;

const HIGHEST_PORT = 65_535;

/** Reads the command line. Throws UsageError. */
export function readOptions(
  argv: readonly string[],
  { defaultPort, defaultStateFolder }: { defaultPort: string | number; defaultStateFolder: string },
): CliOptions {
  const { values } = parsed(argv);
  return {
    help: values.help ?? false,
    port: portFrom(values.port ?? String(defaultPort), values.port === undefined ? 'LOCAL_AWS_PORT' : '--port'),
    fresh: values.fresh ?? false,
    stateFolder: values.state ?? defaultStateFolder,
    faultsFile: values.faults,
    services: values.services === 'all' ? 'all' : values.services?.split(','),
    composeFolder: values.compose,
    pages: values.pages?.split(',').map((port) => portFrom(port, '--pages')) ?? [],
    verbose: values.verbose ?? false,
    environments: {
      ...(values.busy !== undefined && { maxBusy: countFrom(values.busy, '--busy') }),
      ...(values.memory !== undefined && { memoryMb: countFrom(values.memory, '--memory') }),
    },
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h' },
        port: { type: 'string' },
        fresh: { type: 'boolean' },
        state: { type: 'string' },
        faults: { type: 'string' },
        services: { type: 'string' },
        compose: { type: 'string' },
        pages: { type: 'string' },
        verbose: { type: 'boolean' },
        busy: { type: 'string' },
        memory: { type: 'string' },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function portFrom(text: string, where: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > HIGHEST_PORT) {
    throw new UsageError(`${where} is '${text}', not a port between 0 and ${HIGHEST_PORT}.`);
  }
  return port;
}

function countFrom(text: string, where: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`${where} is '${text}', not a whole number above 0.`);
  return Number(text);
}

/** Reads a fault plan. Throws UsageError with the file's name and what is wrong with it. */
export async function readFaultPlan(file: string): Promise<FaultPlan> {
  let content: unknown;
  try {
    content = parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(`The fault plan ${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  const plan = faultPlanSchema.safeParse(content);
  if (plan.success) return plan.data;
  throw new UsageError(`The fault plan ${file} does not fit:\n${z.prettifyError(plan.error)}`);
}
