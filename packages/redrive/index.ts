export { type Back, inWords, isSendable, type Letter, type LetterMessage, readLetter } from './letter.ts';
export { type Held, openQueues, type QueueNames, type Queues, type SqsCalls, withWays } from './queue.ts';
export { type Choice, type Done, type RedriveParts, redrive, type Wish } from './redrive.ts';
