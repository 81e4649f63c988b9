import { checkDue } from '@arcade/events/contracts/smart-home';
import { messageHandler } from '@arcade/lambda';
import { verify } from '../domain/verify.ts';
import { reportVerified } from '../report.ts';
import { verifier } from '../wiring.ts';

const parts = verifier();

/** A minute after an answer that was expected to be right: asks the vendor how the device is, where it has not said so. */
export const handler = messageHandler({
  contracts: [checkDue],
  onEvent: async (event) => reportVerified(await verify(parts, event), event),
});
