import { startWebApp } from '../webStart.ts';

/**
 * Serves the web app on the port that is named first, before a local-aws and a service on the second, until it is killed; the page is
 * served as the third says, `built` or `hot`; at a fourth, an address, others of the network reach it.
 */
const [port, localAwsPort, how, lanAddress] = process.argv.slice(2);
const place = `127.0.0.1:${localAwsPort}`;
await startWebApp({
  port: Number(port),
  services: [{ name: 'alone', url: `http://${place}`, wsUrl: `ws://${place}` }],
  localAwsUrl: `http://${place}`,
  isHot: how === 'hot',
  lanAddress,
  report: (line) => console.error(line),
});
process.stdout.write('serves\n');
