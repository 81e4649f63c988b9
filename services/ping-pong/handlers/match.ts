import { httpHandler } from '@arcade/lambda';
import { viewOf } from '../domain/view.ts';
import { matchStore } from '../wiring.ts';

const store = matchStore();

/** `GET /match`: score, server, the rally with its latest strokes, the last points. */
export const handler = httpHandler({}, async () => ({ status: 200, body: viewOf(await store.load()) }));
