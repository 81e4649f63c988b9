import type { Archive, Uploads } from '../lambda/code/uploads.ts';
import type { FunctionCode } from '../lambda/runtime/runtime.ts';
import { member } from './names.ts';
import type { FunctionCodes, ResourceState, StackState } from './state.ts';

/** What is done with the code of functions. */
export interface CodeOptions {
  /** Tells the Lambda service where a function's code runs; undefined: nowhere. */
  setCode?(functionArn: string, code: FunctionCode | undefined): void | Promise<void>;
  /** Code that was uploaded; without it, no stack has any. */
  uploads?: Pick<Uploads, 'take' | 'at'>;
}

/** Gives the code of a function that is to be what its template names. */
export type TakeCode = (resource: ResourceState) => Promise<FunctionCode>;

/** Brings functions their code. */
export class Codes {
  readonly #options: CodeOptions;

  constructor(options: CodeOptions) {
    this.#options = options;
  }

  /** How the functions of one deployment come to their code: as it was taken in an earlier run, or as S3 has it now. */
  taking(archives: Readonly<Record<string, Archive>> | undefined): TakeCode {
    const { uploads } = this.#options;
    if (!uploads) throw new TypeError('no code can be uploaded here');
    return async ({ logicalId, properties }) => {
      const handler = String(member(properties, 'Handler'));
      const archive = archives?.[logicalId];
      return archive ? uploads.at(archive, handler) : uploads.take(member(properties, 'Code'), handler);
    };
  }

  /** Places the code of a function that exists now; `take` adds it to `functions`. */
  async ready(resource: ResourceState, functions: Record<string, FunctionCode>, take?: TakeCode): Promise<void> {
    if (take && isFunction(resource)) functions[resource.logicalId] = await take(resource);
    await this.#place(resource, functions, 'as-it-was');
  }

  /** Places the code of all functions of a stack; those that have none stay as they were, or have none from now on. */
  async placeAll(
    { resources, functions }: Pick<StackState, 'resources' | 'functions'>,
    otherwise: 'as-it-was' | 'or-none' = 'as-it-was',
  ): Promise<void> {
    for (const resource of resources.values()) await this.#place(resource, functions, otherwise);
  }

  async #place(resource: ResourceState, functions: FunctionCodes, otherwise: 'as-it-was' | 'or-none'): Promise<void> {
    if (!isFunction(resource)) return;
    const { logicalId, provisioned } = resource;
    const code = functions[logicalId] ?? functions[provisioned.physicalId];
    if (code || otherwise === 'or-none')
      await this.#options.setCode?.(provisioned.attributes.Arn ?? provisioned.physicalId, code);
  }
}

const isFunction = ({ type }: ResourceState) => type.type === 'AWS::Lambda::Function';
