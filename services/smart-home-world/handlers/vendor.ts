import { httpRoutes } from '@arcade/lambda';
import { vendorRoutes } from '../http/vendorRoutes.ts';
import { vendor } from '../wiring.ts';

/** The API of the bulbs' vendor: below `/vendor`. */
export const handler = httpRoutes(vendorRoutes(vendor()));
