import type { Asked } from '../core/carried.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import type { Taker } from '../core/service.ts';
import type { Owner } from '../core/store/index.ts';
import type { Iam } from '../iam/index.ts';
import type { Functions } from '../lambda/lambda.ts';
import type { Poller } from '../lambda/sources/poller.ts';
import type { SourceType } from '../lambda/sources/source.ts';
import { takersOf } from '../lambda/sources/takers.ts';
import type { Pipe } from './pipe.ts';
import { type PipeProperties, pipeArn } from './pipeResource.ts';
import { startPipe } from './running.ts';
import { settingsOf } from './settings.ts';

/** What pipes are made with. */
export interface PipesParts {
  core: Core;
  iam: Pick<Iam, 'sessionOf' | 'assertTrust'>;
  functions: Pick<Functions, 'invoke' | 'list' | 'onChange'>;
  /** What they can read, by the service in the source's ARN. */
  sources: Readonly<Record<string, SourceType>>;
}

/** The pipes of all stacks, each with its poller while it runs. */
export interface Pipes {
  has(name: string): boolean;
  /** Makes a pipe, or another one of it. Throws AwsError: the role is not handed over, the source is not there. */
  put(name: string, owner: Owner, properties: PipeProperties): void;
  /** How far it was in a stream is forgotten. */
  remove(name: string): void;
  /** What the pipes from a source make of a message that would come out of it. */
  takersOf(sourceArn: string, message: Asked): Taker[];
  /** All stacks are there: reading begins. */
  resume(): void;
  close(): void;
}

const TRUSTED = 'pipes.amazonaws.com';

export function createPipes(parts: PipesParts): Pipes {
  let isResumed = false;
  const pipes = new Map<string, { pipe: Pipe; poller?: Poller }>();
  const wakeAll = () => {
    for (const { poller } of pipes.values()) poller?.wake();
  };
  // What a function without code was to be given waits in the source.
  parts.functions.onChange(wakeAll);

  const end = (name: string) => {
    pipes.get(name)?.poller?.close();
    pipes.delete(name);
  };
  const isReady = ({ Target, Enrichment }: PipeProperties) =>
    isResumed && [Target, Enrichment].every((arn) => !isFunction(arn) || hasCode(parts, arn));

  return {
    has: (name) => pipes.has(name),
    put(name, owner, properties) {
      const { Source, DesiredState } = properties;
      const pipe = pipeOf(parts, name, owner, properties);
      pipe.source.check(Source, pipe.settings, 0);
      end(name);
      const isRunning = DesiredState === 'RUNNING';
      pipes.set(name, { pipe, ...(isRunning && { poller: startPipe(parts, pipe, () => isReady(properties)) }) });
    },
    remove(name) {
      const found = pipes.get(name)?.pipe;
      end(name);
      if (found) found.source.forget?.({ owner: found.owner, id: found.arn });
    },
    takersOf(sourceArn, message) {
      const ofSource = [...pipes.values()].filter(({ pipe }) => pipe.properties.Source === sourceArn);
      return ofSource.flatMap(({ pipe: { arn, properties, settings, source } }) => {
        const { Filters = [] } = properties.SourceParameters?.FilterCriteria ?? {};
        const patterns = Filters.map(({ Pattern }) => Pattern);
        return takersOf([{ arn, target: properties.Target, settings, patterns }], source.kind, message);
      });
    },
    resume() {
      isResumed = true;
      wakeAll();
    },
    close() {
      for (const name of [...pipes.keys()]) end(name);
    },
  };
}

const isFunction = (arn: string | undefined): arn is string => arn?.startsWith('arn:aws:lambda:') ?? false;

/** A version or an alias of a function has the function's code. */
const hasCode = ({ functions }: PipesParts, functionArn: string) =>
  functions.list().some(({ arn, code }) => code !== undefined && `${functionArn}:`.startsWith(`${arn}:`));

function pipeOf({ iam, sources }: PipesParts, name: string, owner: Owner, properties: PipeProperties): Pipe {
  const { RoleArn, Source } = properties;
  const arn = pipeArn(name);
  const source = sources[Source.split(':')[2] ?? ''];
  if (!source) throw new AwsError('ValidationException', `nothing reads ${Source}`);
  try {
    iam.assertTrust(RoleArn, TRUSTED, arn);
  } catch (cause) {
    const message = `Role ${RoleArn} cannot be assumed by principal '${TRUSTED}'.`;
    throw new AwsError('ValidationException', message, { cause });
  }
  const session = () => {
    iam.assertTrust(RoleArn, TRUSTED, arn);
    return iam.sessionOf(RoleArn, name);
  };
  return { name, arn, owner, properties, settings: settingsOf(properties), source, session };
}
