#!/usr/bin/env node
import { restartScrubbed } from './ownEnvironment.ts';

restartScrubbed();
// Loaded only now: a process that begins anew would load all of local-aws twice.
await import('./command.ts');
