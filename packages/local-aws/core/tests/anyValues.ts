import { Kind } from '../store/kinds.ts';

/** A collection that keeps whatever it is given, also where a service has a shape for it. */
export const anyValues = <Value>(name: string) => new Kind<Value>(name);
