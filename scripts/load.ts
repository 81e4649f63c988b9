import { runCommand, servicesWith } from './serviceCommand.ts';

const [wanted, ...args] = process.argv.slice(2);
const services = servicesWith('load/load.ts');
const service = services.find(({ name }) => name === wanted);
if (service) process.exitCode = await runCommand(service.file, args);
else {
  const names = services.map(({ name }) => name).join(', ');
  console.error(`npm run load -- <service> [options]: there is load for ${names}`);
  process.exitCode = 2;
}
