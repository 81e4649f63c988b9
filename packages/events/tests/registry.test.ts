import { describe, expect, it } from '@jest/globals';
import draft04 from 'ajv-draft-04';
import formats from 'ajv-formats';
import { fakemonEvents } from '../contracts/fakemon.ts';
import { busEventSchemaOf, schemaRegistry } from '../registry.ts';
import { PUBLISHED } from './publishedEvents.ts';

const onBus = (event: { type: string; source: string }) => ({
  version: '0',
  id: '1',
  'detail-type': event.type,
  source: event.source,
  account: '000000000000',
  time: '2030-01-01T00:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: event,
});

describe('the registry of a bus', () => {
  it.each(fakemonEvents.map((contract) => [contract.type, contract] as const))(
    'describes %s as it was published, also replayed, and nothing else',
    (type, contract) => {
      const ajv = new draft04.default();
      formats.default(ajv as never);
      const validate = ajv.compile(busEventSchemaOf(contract));
      const event = PUBLISHED.find((one) => one.type === type) ?? { type: '', source: '', detail: {} };

      expect(validate(onBus(event))).toBe(true);
      expect(validate({ ...onBus(event), 'replay-name': 'again' })).toBe(true);
      expect(validate({ ...onBus(event), 'replay-name': 1 })).toBe(false);
      expect(validate(onBus({ ...event, detail: {} } as typeof event))).toBe(false);
      expect(validate({ ...onBus(event), 'detail-type': 'game.other' })).toBe(false);
    },
  );

  it('names schemas as EventBridge would', () => {
    const { Resources } = schemaRegistry(fakemonEvents.slice(0, 1), { name: 'games', description: 'All' });

    expect(Object.keys(Resources)).toEqual(['SchemaRegistry', 'FakemonCaptureAttemptSchema']);
    expect(Resources.FakemonCaptureAttemptSchema?.Properties).toMatchObject({
      SchemaName: 'fakemon@fakemon.capture_attempt',
      Type: 'JSONSchemaDraft4',
      Description: 'A player tries to capture a fakémon.',
    });
  });
});
