import { type HttpHandler, httpHandler } from '@arcade/lambda';
import { isCallback } from '../domain/callback.ts';
import type { HomesTable } from '../domain/ports.ts';
import { commandBulb, deviceNow, devicesOf, requestNow, type VendorParts } from '../domain/vendor.ts';
import { homeOfAccount } from './callers.ts';
import { notThere, vendorProblem, vendorRefusal } from './problems.ts';
import { commandBody, devicePath, requestPath, subscriptionBody } from './schemas.ts';

/** The vendor's API, by its routes: all of them want the account's token. */
export function vendorRoutes(parts: VendorParts & { homes: HomesTable }): Record<string, HttpHandler> {
  const { homes } = parts;
  const options = { refuse: vendorRefusal };
  return {
    'GET /vendor/account': httpHandler({}, async ({ headers }) => {
      const { homeId: account, grants } = await homeOfAccount(homes, headers);
      return { status: 200, body: { account, grants } };
    }),

    'GET /vendor/devices': httpHandler({}, async ({ headers }) => {
      const home = await homeOfAccount(homes, headers);
      return { status: 200, body: { devices: await devicesOf(parts, home) } };
    }),

    'GET /vendor/devices/{deviceId}': httpHandler({ path: devicePath }, async ({ headers, path }) => {
      const device = await deviceNow(parts, await homeOfAccount(homes, headers), path.deviceId);
      if (!device) throw notThere('device');
      return { status: 200, body: device };
    }),

    'POST /vendor/devices/{deviceId}/commands': httpHandler(
      { path: devicePath, body: commandBody },
      async ({ headers, path, body: { requestId, callbackUrl, ...command }, correlationId }) => {
        const home = await homeOfAccount(homes, headers);
        const request = { home, deviceId: path.deviceId, requestId, command, callbackUrl, correlationId };
        const answer = await commandBulb(parts, request);
        if (answer.outcome === 'refused') throw vendorProblem(answer.why);
        if (answer.outcome === 'accepted') return { status: 202, body: {} };
        return { status: 200, body: { state: answer.state, changedAtMs: answer.changedAtMs } };
      },
      options,
    ),

    'GET /vendor/devices/{deviceId}/commands/{requestId}': httpHandler(
      { path: requestPath },
      async ({ headers, path }) => {
        const progress = await requestNow(parts, await homeOfAccount(homes, headers), path.deviceId, path.requestId);
        if (!progress) throw notThere('request');
        return { status: 200, body: progress };
      },
    ),

    'PUT /vendor/subscription': httpHandler(
      { body: subscriptionBody },
      async ({ headers, body: { callbackUrl } }) => {
        const { homeId } = await homeOfAccount(homes, headers);
        if (!isCallback(parts.callbacks, callbackUrl)) throw vendorProblem('bad-callback');
        await homes.change(homeId, { callbackUrl });
        return { status: 204 };
      },
      options,
    ),
  };
}
