import { startWebApp } from '../webStart.ts';

/**
 * Serves the web app on the port that is named first, before a local-aws and a service on the second, until it is killed; the page is
 * served as the third says, `built` or `hot`.
 */
const [port, localAwsPort, how] = process.argv.slice(2);
const place = `127.0.0.1:${localAwsPort}`;
await startWebApp({
  port: Number(port),
  services: [{ name: 'alone', url: `http://${place}`, wsUrl: `ws://${place}` }],
  localAwsUrl: `http://${place}`,
  isHot: how === 'hot',
  report: (line) => console.error(line),
});
process.stdout.write('serves\n');
