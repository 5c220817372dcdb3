// Timers follow advances, in order; steps of the wall clock leave them alone.
import { describe, expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.ts';

describe('createFakeClock', () => {
  it('stands still until it is moved', () => {
    const clock = createFakeClock(1000);
    expect(clock.now()).toBe(1000);
    clock.advance(25);
    expect(clock.now()).toBe(1025);
    clock.set(500);
    expect(clock.now()).toBe(500);
    clock.advance(1);
    expect(clock.now()).toBe(501);
  });

  it('runs timers in order of their time, each at its time', () => {
    const clock = createFakeClock(0);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name}@${clock.now()}`);
    clock.setTimer(note('late'), 30);
    clock.setTimer(note('first'), 10);
    clock.setTimer(note('second'), 10);
    clock.setTimer(note('far'), 31);
    clock.advance(30);
    expect(seen).toEqual(['first@10', 'second@10', 'late@30']);
    expect(clock.pendingTimers()).toBe(1);
  });

  it('runs timers that timers set, if they are due', () => {
    const clock = createFakeClock(0);
    const seen: number[] = [];
    const again = () => {
      seen.push(clock.now());
      clock.setTimer(again, 10);
    };
    clock.setTimer(again, 10);
    clock.advance(35);
    expect(seen).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(35);
  });

  it('does not run cancelled timers', () => {
    const clock = createFakeClock(0);
    const cancel = clock.setTimer(() => expect.unreachable(), 10);
    cancel();
    clock.advance(10);
    expect(clock.pendingTimers()).toBe(0);
  });

  it.each([10_000, -10_000])('keeps delays when the wall clock steps by %i ms', (stepMs) => {
    const clock = createFakeClock(50_000);
    let ran = false;
    clock.setTimer(() => {
      ran = true;
    }, 10);
    clock.set(clock.now() + stepMs);
    expect(ran).toBe(false);
    clock.advance(9);
    expect(ran).toBe(false);
    clock.advance(1);
    expect(ran).toBe(true);
  });

  it('refuses to go back by an advance', () => {
    expect(() => createFakeClock().advance(-1)).toThrow(RangeError);
  });
});
