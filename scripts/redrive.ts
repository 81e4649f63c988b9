import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import {
  type Choice,
  type Done,
  inWords,
  isSendable,
  type Letter,
  openQueues,
  redrive,
  type Wish,
} from '@arcade/redrive';
import { SQS } from '@aws-sdk/client-sqs';
import { servicesWith } from './serviceCommand.ts';
import { atStage, clientSettings, LOCAL_STAGE } from './stageClients.ts';

/** Which of the arcade's services have the queue and the Pipe by which events go back. */
const SERVICES = servicesWith('resources/redrive.yml')
  .map(({ name }) => name)
  .join(', ');

const HELP = `npm run redrive -- [--service fakemon] [--stage local] [--region eu-west-1]
                  [--all | --ask | --send <id> ... | --discard <id> ...] [--limit <n>]

Shows the letters in a service's dead-letter queue: when, who gave up which event of whom, why, after how many tries.
  --all      sends every event back to its bus, where it is as if it came for the first time, under the same id
  --ask      asks for each letter: send, discard, keep, quit
  --send     sends that letter's event back; --discard takes that letter away for good. The beginning of an id is enough
  --limit    looks at no more than so many letters

What SQS has moved here from another queue goes back to that one. An event goes to all rules of its bus, so that it is sent once, and all letters of it go. What comes into the queue meanwhile stays.
A letter without an event stays until it is discarded by its id. An event goes to the queue <service>-<stage>-redrive, from which a Pipe brings it
to the bus, before its letter is taken away: Ctrl-C, or a failure, loses nothing. Services that have such a queue: ${SERVICES}.`;

const HELD_SECONDS = 120;
/** People take their time. */
const HELD_WHILE_ASKING_SECONDS = 900;
/** The shortest beginning of an id that is taken. */
const SHORTEST_ID = 4;

interface Options {
  service: string;
  stage: string;
  region: string | undefined;
  limit: number | undefined;
  all: boolean;
  ask: boolean;
  send: string[];
  discard: string[];
}

/** Reads the command line; undefined: help is wanted. Throws an Error that says what is wrong. */
function optionsFrom(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      service: { type: 'string', default: 'fakemon' },
      stage: { type: 'string', default: LOCAL_STAGE },
      region: { type: 'string' },
      limit: { type: 'string' },
      all: { type: 'boolean', default: false },
      ask: { type: 'boolean', default: false },
      send: { type: 'string', multiple: true, default: [] },
      discard: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { service, stage, region, all, ask, send, discard } = values;
  const limit = values.limit === undefined ? undefined : Number(values.limit);
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0))
    throw new Error(`--limit is a number of letters, not '${values.limit}'`);
  if ([all, ask, send.length + discard.length > 0].filter(Boolean).length > 1)
    throw new Error('--all, --ask, and --send or --discard are one at a time');
  const short = [...send, ...discard].find((id) => id.length < SHORTEST_ID);
  if (short !== undefined) throw new Error(`'${short}' is too short for the beginning of an id`);
  return { service, stage, region, limit, all, ask, send, discard };
}

/** What is to be done with the letters, by the command line. */
function wishOf({ all, ask, send, discard, limit }: Options, question: (text: string) => Promise<string>): Wish {
  if (all) return { limit, shows: 'kept', choose: () => 'send' };
  if (ask) return { limit, shows: 'kept', choose: (letter) => asked(letter, question) };
  const isAmong = (ids: readonly string[], { id }: Letter) => ids.some((beginning) => id.startsWith(beginning));
  return {
    limit,
    shows: send.length + discard.length > 0 ? 'kept' : 'all',
    choose: (letter) => (isAmong(discard, letter) ? 'discard' : isAmong(send, letter) ? 'send' : 'keep'),
  };
}

async function asked(letter: Letter, question: (text: string) => Promise<string>): Promise<Choice> {
  const choices = isSendable(letter) ? 's(end), d(iscard), k(eep), q(uit)' : 'd(iscard), k(eep), q(uit)';
  console.log(inWords(letter, Date.now()));
  const answer = (await question(`  ${choices}? `)).trim().toLowerCase()[0] ?? 'k';
  if (answer === 's' && isSendable(letter)) return 'send';
  return answer === 'd' ? 'discard' : answer === 'q' ? 'stop' : 'keep';
}

function summary({ seen, sent, merged, discarded, kept, failed }: Done): string {
  if (seen === 0) return 'No letters.';
  return [
    `${seen} ${seen === 1 ? 'letter' : 'letters'}`,
    ...(sent > 0 ? [`${sent} sent back`] : []),
    ...(merged > 0 ? [`${merged} of the same events taken away with them`] : []),
    ...(discarded > 0 ? [`${discarded} discarded`] : []),
    ...(kept > 0 ? [`${kept} still there`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ].join(', ');
}

/** A line that is written over while it counts, on a terminal; elsewhere one for each thousand. */
function progressOn(stream: NodeJS.WriteStream) {
  return (seen: number, total: number) => {
    if (stream.isTTY) stream.write(`\r${seen} of about ${total} looked at${seen >= total ? '\n' : ''}`);
    else if (seen % 1000 === 0) stream.write(`${seen} of about ${total} looked at\n`);
  };
}

async function main(options: Options): Promise<number> {
  const { service, stage, region } = options;
  let isStopped = false;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const stop = () => {
    isStopped = true;
    lines.close();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  lines.on('SIGINT', stop);
  const settings = clientSettings({ stage, region });
  const client = new SQS(settings);
  try {
    const names = {
      deadLetters: `${service}-${stage}-dead-letters`,
      redrive: `${service}-${stage}-redrive`,
      services: SERVICES,
      heldSeconds: options.ask ? HELD_WHILE_ASKING_SECONDS : HELD_SECONDS,
    };
    const queues = await atStage(settings, () => openQueues(client, names));
    const done = await redrive(
      {
        queues,
        say: (text) => console.log(text),
        progress: options.ask ? () => {} : progressOn(process.stderr),
        isStopped: () => isStopped,
        now: () => Date.now(),
      },
      wishOf(options, (text) => (isStopped ? Promise.resolve('q') : lines.question(text).catch(() => 'q'))),
    );
    console.log(`${names.deadLetters}: ${summary(done)}`);
    return done.failed > 0 ? 1 : 0;
  } finally {
    lines.close();
    client.destroy();
  }
}

try {
  const options = optionsFrom(process.argv.slice(2));
  if (options) process.exitCode = await main(options);
  else console.log(HELP);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
