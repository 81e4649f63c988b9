import { awsEventHandler, world } from '@arcade/lambda';
import { announce, PARAMETER_CHANGE, parameterDetail } from '../domain/announce.ts';
import { herald, sessionParameter } from '../wiring.ts';

const parts = { ...world, parameter: sessionParameter(), tellAll: herald() };

/** The parameter has another session, or the session another state: tells everybody, whoever has changed it. */
export const handler = awsEventHandler(PARAMETER_CHANGE, parameterDetail, () => announce(parts));
