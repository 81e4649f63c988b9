import { overlay } from './algebra/overlay.ts';
import type { Handle } from './core/build.ts';
import type { Network } from './core/network.ts';

/**
 * Queue-based load levelling: `from` leaves its work in a queue, and `to` takes it from there at its own pace.
 * Put `queued(a, queue('orders'), b)` where `a.calls(b)` was.
 */
export const queued = <From extends string, Through extends string>(
  from: Handle<'function', From>,
  through: Handle<'queue', Through>,
  to: Handle<'function'>,
  settings?: Parameters<Handle<'queue'>['triggers']>[1],
): Network<`${From} sends queue ${Through}`> => overlay(from.sends(through), through.triggers(to, settings));
