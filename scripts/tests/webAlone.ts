import { startWebApp } from '../webStart.ts';

/** Serves the web app on the port that is named first, before a local-aws on the second, until it is killed. */
const [port, localAwsPort] = process.argv.slice(2);
await startWebApp({ port: Number(port), services: [], localAwsUrl: `http://127.0.0.1:${localAwsPort}` });
process.stdout.write('serves\n');
