import { describe, expect, it } from '@jest/globals';
import { portsFrom } from '../ports.ts';

describe('portsFrom', () => {
  it('gives each service of the arcade its ten ports', () => {
    const ports = portsFrom({});

    expect(ports.localAws).toBe(4566);
    expect(ports.web).toBe(4000);
    expect(ports.of('ping-pong')).toEqual({ http: 4110, websocket: 4111, lambda: 4112 });
    expect(ports.of('lobby').http).toBe(4170);
  });

  it('moves everything as the environment says', () => {
    const ports = portsFrom({ LOCAL_AWS_PORT: '5000', WEB_PORT: '5001', ARCADE_PORT_BASE: '20000' });

    expect(ports.localAws).toBe(5000);
    expect(ports.web).toBe(5001);
    expect(ports.of('identity')).toEqual({ http: 20_000, websocket: 20_001, lambda: 20_002 });
  });

  it('gives a service that the table does not name ports beside all others, always the same', () => {
    const ports = portsFrom({});

    expect(ports.of('something-new').http).toBeGreaterThanOrEqual(4180);
    expect(ports.of('something-new')).toEqual(portsFrom({}).of('something-new'));
  });

  it('names the variable that holds no port', () => {
    expect(() => portsFrom({ WEB_PORT: 'eighty' })).toThrow("WEB_PORT is 'eighty', not a port");
  });
});
