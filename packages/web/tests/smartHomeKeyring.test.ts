import { describe, expect, it } from '@jest/globals';
import { Problem } from '../src/lib/api.ts';
import { createKeyring } from '../src/smart-home/keyring.ts';
import type { HomeKey } from '../src/smart-home/service.ts';

const GONE = new Problem(404, 'Not Found', '');

function keyring(kept?: string) {
  let place: HomeKey | undefined = kept === undefined ? undefined : { homeId: kept, token: '' };
  let made = 0;
  const ring = createKeyring({
    kept: () => place,
    keep(key) {
      place = key;
    },
    async make() {
      made += 1;
      return { homeId: `new-${made}`, token: '' };
    },
  });
  return { ring, place: () => place?.homeId, made: () => made };
}

describe('the key of a home', () => {
  it('is the one that the browser keeps', async () => {
    const { ring, made } = keyring('mine');

    expect((await ring.current()).homeId).toBe('mine');
    expect(made()).toBe(0);
  });

  it('is made once, however many ask for it at the same time, and kept', async () => {
    const { ring, place, made } = keyring();

    const keys = await Promise.all([ring.current(), ring.current(), ring.current()]);

    expect(new Set(keys.map(({ homeId }) => homeId))).toEqual(new Set(['new-1']));
    expect({ place: place(), made: made() }).toEqual({ place: 'new-1', made: 1 });
  });

  it('becomes another one when its home is no more, once for all who find out', async () => {
    const { ring, place, made } = keyring('old');
    const ask = async ({ homeId }: HomeKey) => {
      if (homeId === 'old') throw GONE;
      return homeId;
    };

    expect(await Promise.all([ring.renewing(ask), ring.renewing(ask)])).toEqual(['new-1', 'new-1']);
    expect({ place: place(), made: made() }).toEqual({ place: 'new-1', made: 1 });
  });

  it('stays the new one for whoever finds out late that the old home is no more', async () => {
    const { ring, place, made } = keyring('old');
    const heard = Promise.withResolvers<void>();
    const late = ring.renewing(async ({ homeId }) => {
      if (homeId !== 'old') return homeId;
      await heard.promise;
      throw GONE;
    });
    await ring.renewing(async ({ homeId }) => {
      if (homeId === 'old') throw GONE;
    });

    heard.resolve();

    expect(await late).toBe('new-1');
    expect({ place: place(), made: made() }).toEqual({ place: 'new-1', made: 1 });
  });

  it('stays when something else goes wrong', async () => {
    const { ring, place } = keyring('mine');
    const down = new Problem(503, 'Service Unavailable', '');

    await expect(ring.renewing(() => Promise.reject(down))).rejects.toBe(down);
    expect(place()).toBe('mine');
  });

  it('is asked for anew after a home could not be made', async () => {
    let tries = 0;
    const ring = createKeyring({
      kept: () => undefined,
      keep: () => undefined,
      async make() {
        tries += 1;
        if (tries === 1) throw GONE;
        return { homeId: 'second', token: '' };
      },
    });

    await expect(ring.current()).rejects.toBe(GONE);
    expect((await ring.current()).homeId).toBe('second');
  });
});
