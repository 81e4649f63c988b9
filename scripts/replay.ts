import { parseArgs } from 'node:util';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { asError } from '../packages/local-aws/core/errors.ts';
import { type Progress, progressBar, ReplayError, replay } from './replay/replay.ts';
import { atStage, clientSettings, LOCAL_STAGE } from './stageClients.ts';

const HELP = `npm run replay -- [--service fakemon] [--stage local] [--region eu-west-1]
                 [--rule <name> ...] [--from <time>] [--to <time>]

Brings the events of a service's archive again, to the rules that are named: collection and ranking, unless others are. It builds again what they made of
them; nobody is notified again. Empty tables and full ones both do: what was counted is not counted twice.
  --rule     a rule of the service's bus (collection), as often as wanted; those that exclude replays cannot be had
  --from     the first moment, in ISO 8601 (2030-01-01T00:00:00Z); left out, the archive's beginning
  --to       the end, which is not part of it; left out, now

It follows the replay to its end. Ctrl-C cancels it. On AWS it is the account whose credentials are set, and events of the last ten minutes may not be in the archive yet.`;

/** How often it looks how far the replay has come. */
const LOCAL_POLL_MS = 500;
const AWS_POLL_MS = 5000;
/** So long after now AWS may still be archiving. */
const ARCHIVING_MS = 600_000;

function timeIn(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new ReplayError(`--${name} is a time in ISO 8601, not '${text}'`);
  return time;
}

/** Reads the command line; undefined: help is wanted. Throws ReplayError. */
function optionsFrom(args: string[]) {
  const options = {
    service: { type: 'string', default: 'fakemon' },
    stage: { type: 'string', default: LOCAL_STAGE },
    region: { type: 'string' },
    rule: { type: 'string', multiple: true, default: ['collection', 'ranking'] },
    from: { type: 'string' },
    to: { type: 'string' },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    const { values } = parseArgs({
      args,
      options: { ...options, rule: { ...options.rule, default: [...options.rule.default] } },
    });
    if (values.help) return undefined;
    return { ...values, from: timeIn('from', values.from), to: timeIn('to', values.to) };
  } catch (error) {
    throw new ReplayError(`${asError(error).message}\n\n${HELP}`);
  }
}

/** A line that is written over, on a terminal; elsewhere one for each tenth. */
function progressOn(stream: NodeJS.WriteStream) {
  let said = 0;
  return (progress: Progress) => {
    if (stream.isTTY) stream.write(`\r${progressBar(progress)}\u001b[K${progress.part >= 1 ? '\n' : ''}`);
    else if (progress.part >= said + 0.1) {
      said = progress.part;
      stream.write(`${progressBar(progress)}\n`);
    }
  };
}

async function main({
  service,
  stage,
  region,
  rule,
  from,
  to,
}: NonNullable<ReturnType<typeof optionsFrom>>): Promise<number> {
  let isStopped = false;
  const stop = () => {
    // Whoever insists is let go; the replay runs on.
    if (isStopped) process.exit(1);
    isStopped = true;
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const isLocal = stage === LOCAL_STAGE;
  if (!isLocal && (to === undefined || Date.now() - to.getTime() < ARCHIVING_MS))
    console.log('Events of the last ten minutes may not be in the archive yet.');
  const settings = clientSettings({ stage, region });
  const client = new EventBridgeClient(settings);
  try {
    const parts = {
      client,
      say: (text: string) => console.log(text),
      progress: progressOn(process.stderr),
      isStopped: () => isStopped,
      pause: (ms: number) => new Promise<void>((resume) => setTimeout(resume, ms)),
      now: () => Date.now(),
    };
    const pollMs = isLocal ? LOCAL_POLL_MS : AWS_POLL_MS;
    const wish = { service, stage, rules: rule, from, to, pollMs };
    return (await atStage(settings, () => replay(parts, wish))) ? 0 : 1;
  } finally {
    client.destroy();
  }
}

try {
  const options = optionsFrom(process.argv.slice(2));
  if (options) process.exitCode = await main(options);
  else console.log(HELP);
} catch (error) {
  console.error(asError(error).message);
  process.exitCode = 2;
}
