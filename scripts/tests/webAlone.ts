import { startWebApp } from '../webStart.ts';

/** Serves the web app on the port that is named first, before a local-aws and a service on the second, until it is killed. */
const [port, localAwsPort] = process.argv.slice(2);
const place = `127.0.0.1:${localAwsPort}`;
await startWebApp({
  port: Number(port),
  services: [{ name: 'alone', url: `http://${place}`, wsUrl: `ws://${place}` }],
  localAwsUrl: `http://${place}`,
});
process.stdout.write('serves\n');
