import type { Clock } from '../core/clock.ts';
import { AwsError } from '../core/errors.ts';
import { invalidInput, invalidValue } from './errors.ts';
import type { StoredMessage } from './message.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

/** A task that moves the messages of a dead-letter queue back, or elsewhere. */
interface MoveTask {
  handle: string;
  source: Queue;
  destination?: Queue;
  perSecond?: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  failureReason?: string;
  startedAtMs: number;
  moved: number;
  toMove: number;
}

/** How many tasks of a queue are remembered. */
const REMEMBERED = 10;
const SECOND_MS = 1000;

/** Redrives: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
export class MoveTasks {
  readonly #queues: Queues;
  readonly #clock: Clock;
  readonly #newId: () => string;
  /** Newest first. */
  #tasks: MoveTask[] = [];

  constructor(queues: Queues, parts: { clock: Clock; newId: () => string }) {
    this.#queues = queues;
    this.#clock = parts.clock;
    this.#newId = parts.newId;
  }

  /** Starts to move; without `destination` each message goes back to the queue that it came from. Throws AwsError. */
  start(source: Queue, options: { destination?: Queue; perSecond?: number }): MoveTask {
    if (this.#queues.sourcesOf(source).length === 0) {
      throw invalidInput('Source queue must be configured as a Dead Letter Queue.');
    }
    if (options.destination === source)
      throw invalidValue('DestinationArn', source.arn, 'source and destination are one');
    if (this.#tasks.some((task) => task.source === source && task.status === 'RUNNING')) {
      throw invalidInput(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: this.#newId(), sourceArn: source.arn })).toString('base64'),
      source,
      ...options,
      status: 'RUNNING',
      startedAtMs: this.#clock.now(),
      moved: 0,
      toMove: source.counts().visible,
    };
    const others = this.#tasks.filter((other) => other.source !== source);
    this.#tasks = [task, ...this.list(source, REMEMBERED - 1), ...others];
    this.#clock.run(`a message move task from ${source.arn}`, async () => this.#move(task));
    return task;
  }

  /** The latest tasks of a queue, newest first. */
  list(source: Queue, max: number) {
    return this.#tasks.filter((task) => task.source === source).slice(0, max);
  }

  /** Stops a task; what it has moved stays moved. Throws AwsError `ResourceNotFoundException`, `UnsupportedOperation`. */
  cancel(handle: string): MoveTask {
    const task = this.#tasks.find((candidate) => candidate.handle === handle);
    if (!task) throw new AwsError('ResourceNotFoundException', 'Task does not exist.', { status: 404 });
    if (task.status !== 'RUNNING') throw new AwsError('UnsupportedOperation', 'Only active tasks can be cancelled.');
    task.status = 'CANCELLED';
    return task;
  }

  /** Moves what may be moved in this second; all of it where no rate was asked for. */
  #move(task: MoveTask): void {
    const limit = task.perSecond ?? Number.POSITIVE_INFINITY;
    for (let count = 0; task.status === 'RUNNING' && count < limit; count += 1) {
      if (task.source.takeOut((message) => this.#moveOne(task, message)) === undefined) task.status = 'COMPLETED';
    }
    if (task.status === 'RUNNING') this.#clock.at(this.#clock.now() + SECOND_MS, () => this.#move(task));
  }

  /** False where it has nowhere to go, which ends the task. */
  #moveOne(task: MoveTask, message: StoredMessage): boolean {
    const { deadLetterSourceArn, ...rest } = message;
    const destination = task.destination ?? this.#queues.findByArn(deadLetterSourceArn ?? '');
    if (!destination) {
      task.status = 'FAILED';
      task.failureReason = 'CouldNotDetermineMessageSource';
      return false;
    }
    // A redriven message is a new one as to its time: its retention begins again.
    this.#queues.handOver({ ...rest, receiveCount: 0, sentAtMs: this.#clock.now() }, task.source, destination);
    task.moved += 1;
    return true;
  }
}
