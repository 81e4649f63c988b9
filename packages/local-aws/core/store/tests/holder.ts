import { lockState } from '../index.ts';

/** Holds a state folder until it is killed. */
lockState(process.argv[2] ?? '');
process.stdout.write('held\n');
process.stdin.resume();
