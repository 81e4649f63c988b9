import { runCommand, servicesWith } from './serviceCommand.ts';

const [wanted, ...args] = process.argv.slice(2);
const services = servicesWith('load/load.ts');
const service = services.find(({ name }) => name === wanted);
const HELP = `npm run load -- <service> [options]

Has bots use a service through its API, and counts what came of it. There is load for: ${services.map(({ name }) => name).join(', ')}.
The options of one: npm run load -- <service> --help`;

if (service) process.exitCode = await runCommand(service.file, args);
else if (wanted === '--help') console.log(HELP);
else {
  console.error(HELP);
  process.exitCode = 2;
}
