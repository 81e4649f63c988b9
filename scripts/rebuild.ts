import { runCommand, servicesWith } from './serviceCommand.ts';

// One service keeps what it was sent in S3; a second one would have to be named.
for (const { file } of servicesWith('rebuild/rebuild.ts'))
  process.exitCode = await runCommand(file, process.argv.slice(2));
