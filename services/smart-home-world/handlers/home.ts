import { httpRoutes } from '@arcade/lambda';
import { homeRoutes } from '../http/homeRoutes.ts';
import { household } from '../wiring.ts';

/** A home, as its page sees it and reaches into it: `GET /homes/{homeId}`, `PUT .../bulbs/{deviceId}`, `PUT .../misbehaviour`. */
export const handler = httpRoutes(homeRoutes(household()));
