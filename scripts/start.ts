import { parseArgs } from 'node:util';
import { Arcade, type Failure, type Started } from './arcade.ts';
import { planFile } from './faultPlans.ts';
import { exposureLines, qrLines } from './lan.ts';
import { createPrinter } from './printer.ts';

const HELP = `npm start [-- options]

Runs the whole arcade on this machine until Ctrl-C: local-aws with every service, and the web app. A change of a file is
taken up at once.

  --only ping-pong[,mafia]  only these services; may be said several times
  --verbose                 show what functions write
  --compose <folder>        another serverless-compose.yml than the repository's
  --fresh                   forget the state that earlier runs have kept
  --faults demo             a bad day, always the same one: duplicates, retries and dead letters, and the pages keep working
  --faults <file>           a fault plan of your own (JSON or YAML): duplicates, delays, crashes, throttles
  --dev-web                 the page from its sources, which the browser follows as they change; without it the page is built,
                            and built again when its sources have changed
  --lan                     others of the network reach the web app: pages and APIs, and nothing else; WEB_LAN_ADDRESS names the
                            address where this machine has several
  --help                    this text

LOCAL_AWS_PORT (4566), WEB_PORT (4000) and ARCADE_PORT_BASE (4100, the services) move the ports.`;

const printer = createPrinter();
const say = (line: string) => printer.print('', line);

function sayFailure({ name, reason }: Failure): void {
  say(`\n${name} ${reason}`);
}

function sayStarted({ services, failures, localAwsUrl, webUrl }: Started, seconds: string): void {
  const rows = [
    ...services.map(({ name, url, wsUrl }) => [name, [url, wsUrl].filter(Boolean).join('  ') || 'no API of its own']),
    ['local-aws', `${localAwsUrl}  (what happens: ${localAwsUrl}/_local/journal)`],
    ...(webUrl ? [['web app', webUrl]] : []),
  ];
  say('');
  for (const [name = '', address] of rows) say(`  ${name.padEnd(18)}${address}`);
  const missing = failures.map(({ name }) => name).join(', ');
  if (failures.some(({ isTakenUp }) => isTakenUp))
    say('\nWhat does not run begins as soon as its files are mended: this need not be started again.');
  say(`\nready in ${seconds} s${missing && `, without ${missing}`}`);
}

async function sayExposed(lanUrl: string): Promise<void> {
  say('');
  // A code that nobody sees is a page of signs.
  const code = process.stdout.isTTY ? await qrLines(lanUrl) : [];
  for (const line of [...code, ...exposureLines(lanUrl)]) say(line);
}

function readOptions() {
  try {
    const options = {
      only: { type: 'string', multiple: true },
      verbose: { type: 'boolean' },
      compose: { type: 'string' },
      fresh: { type: 'boolean' },
      faults: { type: 'string' },
      'dev-web': { type: 'boolean' },
      lan: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { values } = parseArgs({ options });
    if (values.faults !== undefined) values.faults = planFile(values.faults);
    if (values.lan && values['dev-web'])
      throw new Error('--lan shows the page to others as it is built: not with --dev-web');
    return values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    return process.exit(2);
  }
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const { only, verbose, compose, fresh, faults, lan, help, 'dev-web': devWeb } = readOptions();
  if (help) {
    console.log(HELP);
    return;
  }
  const arcade = new Arcade({
    only: only?.flatMap((names) => names.split(',')),
    verbose,
    compose,
    fresh,
    faults,
    devWeb,
    lan,
    report: printer.print,
  });
  let stopping = false;
  const stop = async (status: number) => {
    if (stopping) return;
    stopping = true;
    await arcade.stop();
    process.exit(status);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  // The process that started this one is gone (killed): nobody could stop us any more.
  process.once('disconnect', () => void stop(1));

  try {
    const started = await arcade.start((reason) => {
      say(`\nlocal-aws ${reason}`);
      void stop(1);
    });
    started.failures.forEach(sayFailure);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (started.lanUrl) await sayExposed(started.lanUrl);
    sayStarted(started, seconds);
  } catch (error) {
    if (!stopping) say(`\n${error instanceof Error ? error.message : error}\n`);
    return stop(1);
  }
}

await main();
