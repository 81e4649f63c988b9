import { environment } from '@arcade/lambda';
import type { Vendor } from './domain/ports.ts';
import { createVendor } from './outside/vendor.ts';
import { settings } from './settings.ts';

/*
 * What the functions stand on. Each calls what it needs while it is loaded: clients are made once, and a wrong setting
 * fails the function at once, by name. What a function does not call is not in its bundle.
 */
const env = environment(settings);

/** The vendor's API. */
export const vendor = (): Vendor => createVendor({ url: env.VENDOR_URL });
