import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';

/** An address on the internet that is nobody's; nothing is sent there. https://www.rfc-editor.org/rfc/rfc5737 */
const SOMEWHERE = '203.0.113.1';

/**
 * The IPv4 address under which others of the network find this machine: `named` (WEB_LAN_ADDRESS), for a machine in several networks, or
 * that of the network that leads on. Throws an Error when there is none, or `named` is none of this machine's.
 */
export async function lanAddress(named: string | undefined = process.env.WEB_LAN_ADDRESS): Promise<string> {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  if (named) {
    // With another one the server would listen, and turn everybody away. Further loopback addresses are for trying it without a network.
    if (own.includes(named) || /^127\.(?!0\.0\.1$)[\d.]+$/.test(named)) return named;
    const those = own.length > 0 ? own.join(', ') : 'none';
    throw new Error(`WEB_LAN_ADDRESS: ${named} is no IPv4 address of this machine in a network; those are: ${those}`);
  }
  const leadingOn = await sourceFor(SOMEWHERE);
  const found = own.find((address) => address === leadingOn) ?? own[0];
  if (found === undefined) throw new Error('--lan: this machine has no address in any network; is it connected?');
  return found;
}

/** The address that the system would send from; undefined when no network leads there. */
async function sourceFor(destination: string): Promise<string | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.connect(9, destination);
    await once(socket, 'connect');
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

/** Black on white whatever the terminal's colours are (ANSI). */
const BLACK_ON_WHITE = '\u001b[30;107m';
const RESET = '\u001b[0m';
/** Light modules around the code, without which cameras do not find it. */
const QUIET = 2;

/** A text as a QR code, two modules high in each line. */
export async function qrLines(text: string): Promise<string[]> {
  // Loaded only now: few starts need it.
  const { encodeQR } = await import('qr');
  const modules = encodeQR(text, 'raw', { border: QUIET, ecc: 'low' });
  const isDark = (row: number, column: number) => modules[row]?.[column] ?? false;
  return Array.from({ length: Math.ceil(modules.length / 2) }, (_, line) => {
    const cells = modules.map((_each, column) => {
      const [upper, lower] = [isDark(2 * line, column), isDark(2 * line + 1, column)];
      if (upper) return lower ? '█' : '▀';
      return lower ? '▄' : ' ';
    });
    return `${BLACK_ON_WHITE}${cells.join('')}${RESET}`;
  });
}

/** What others of the network can do at `url`, and what not. */
export function exposureLines(url: string): string[] {
  return [
    `On the network: ${url}`,
    '  Whoever is in this network can open the pages and call the services’ APIs: play, and read what the games hold.',
    '  Nobody reaches local-aws’s own port or the services’ ports, breaks anything from the page, or sees what messages say.',
  ];
}
