// The polling helper returns what it found and says what it did not.
import { describe, expect, it } from 'vitest';
import { until } from './wait.ts';

describe('until', () => {
  it('returns the first truthy value', async () => {
    let looks = 0;
    const value = await until(() => (looks++ < 3 ? undefined : 'found'), { what: 'it' });
    expect(value).toBe('found');
  });

  it('takes a throw for "not yet"', async () => {
    let looks = 0;
    const look = async () => {
      looks += 1;
      expect(looks).toBeGreaterThan(2);
      return true;
    };
    expect(await until(look, { what: 'it' })).toBe(true);
  });

  it('says what was waited for, and why it was not there', async () => {
    await expect(until(() => false, { what: 'rain', timeoutMs: 10 })).rejects.toThrow(
      'timed out after 10 ms waiting for rain',
    );
    const dry = () => {
      throw new Error('no cloud');
    };
    await expect(until(dry, { what: 'rain', timeoutMs: 10 })).rejects.toThrow('rain: no cloud');
  });
});
