import { describe, expect, it } from '@jest/globals';
import { atStage, clientSettings } from '../stageClients.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const failing = (error: Error) => () => Promise.reject(error);

describe('atStage', () => {
  it('says how to start the arcade that does not run', async () => {
    const here = clientSettings({ stage: 'local' }, { LOCAL_AWS_PORT: '9' });

    await expect(atStage(here, failing(refused))).rejects.toThrow('No arcade runs at http://127.0.0.1:9: npm start');
  });

  it('leaves what else goes wrong, and whatever goes wrong on AWS, as it is', async () => {
    const other = new Error('another');

    await expect(atStage(clientSettings({ stage: 'local' }), failing(other))).rejects.toBe(other);
    await expect(atStage(clientSettings({ stage: 'dev' }), failing(refused))).rejects.toBe(refused);
  });

  it('gives what the work gives', async () => {
    expect(await atStage(clientSettings({ stage: 'dev' }), async () => 7)).toBe(7);
  });
});
