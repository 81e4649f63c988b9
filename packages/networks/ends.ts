import { NetworkError } from './core/errors.ts';
import { type SUFFIXES, screaming } from './core/names.ts';
import type { Network, SaidBy } from './core/network.ts';
import type { Kind } from './core/settings.ts';

/** What a function knows of a node that it has to do with, by the node's kind. */
interface Endings {
  queue: 'Url';
  topic: 'Arn';
  bus: 'Name';
  table: 'Name';
  stream: 'Name';
  function: 'Name';
  external: 'Url';
  http: 'Url';
  websocket: 'Url';
  key: 'Arn';
  secret: 'Name';
  timer: 'GroupName' | 'RoleArn' | 'TargetArn';
}

/** As `qualified` makes it: a name that ends in its kind already stays as it is. */
type Qualified<Name extends string, K extends Kind> =
  Capitalize<Name> extends `${string}${(typeof SUFFIXES)[K]}` ? Name : `${Name}${(typeof SUFFIXES)[K]}`;

type EndOf<
  Said extends string,
  F extends string,
> = Said extends `${F} ${string} ${infer K extends keyof Endings} ${infer To}`
  ? `${Qualified<To, K>}${Endings[K]}`
  : never;

/** The functions of a network that do something. */
type Doers<N extends Network> = SaidBy<N> extends `${infer From} ${string}` ? From : never;

/**
 * What a function of the network must know to do what its edges say: `ordersQueueUrl`, `parcelsTableName`. Of a network whose names
 * TypeScript does not know, any.
 */
export type Ends<N extends Network, F extends string = Doers<N>> = {
  readonly [End in EndOf<SaidBy<N>, F>]: string;
};

/** The variable that an end is read from: `ORDERS_QUEUE_URL` of `ordersQueueUrl`. */
export const variableOf = (end: string): string => screaming(end);

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The ends of a function's edges, from the variables that `compile` gives it: `ordersQueueUrl` is `ORDERS_QUEUE_URL`. TypeScript knows
 * their names from the network's type, of which nothing is left in the bundle; a pattern that no longer says what a handler relies on
 * is an error of the compiler. Reading one that is not set throws a `NetworkError` that names the variable; `in` asks whether it is.
 *
 * @example
 * const ends = endsOf<typeof shop, 'checkout'>();
 * await send(ends.ordersQueueUrl, order);
 */
export const endsOf = <N extends Network, F extends Doers<N>>(variables: Variables = process.env): Ends<N, F> =>
  new Proxy({} as Ends<N, F>, {
    has: (_ends, end) => Boolean(variables[variableOf(String(end))]),
    get(_ends, end) {
      const name = variableOf(String(end));
      const value = variables[name];
      if (value) return value;
      throw new NetworkError(
        'variable-missing',
        `The environment variable ${name} is not set: no edge of this function gives it.`,
      );
    },
  });
