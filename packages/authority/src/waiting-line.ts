// Who waits for room: first in, first out for each counter, woken by the verb that makes room.

export type Wake = 'room' | 'timeout' | 'closed';

export interface Waiter {
  /** Resolves when it is this waiter's turn to try, when its time is up, or when all must go. */
  turn(): Promise<Wake>;
  /** Out of the line, whatever the outcome; the next in line gets its turn. */
  leave(): void;
}

export interface JoinRequest {
  readonly id: string;
  /** Keys of the counters that lack room. */
  readonly counters: readonly string[];
  /** On the clock of `performance.now`. */
  readonly deadlineMs: number;
  /** `roomMade()` from before the limits were looked at. */
  readonly roomMade: number;
}

interface Member {
  readonly id: string;
  readonly counters: readonly string[];
  /** Room came while the waiter was busy trying. */
  signalled: boolean;
  wake: ((how: Wake) => void) | undefined;
}

export const MAX_WAITING = 1000;

export class WaitingLine {
  readonly #lines = new Map<string, Set<Member>>();
  readonly #members = new Map<string, Member>();
  #roomMade = 0;
  #closed = false;

  /** Grows whenever room was made: compare it to tell whether a refusal is still fresh. */
  roomMade(): number {
    return this.#roomMade;
  }

  full(): boolean {
    return this.#closed || this.#members.size >= MAX_WAITING;
  }

  /** Joins the end of the line of each counter. */
  join({ id, counters, deadlineMs, roomMade }: JoinRequest): Waiter {
    // Room that was made since the refusal had nobody to wake.
    const signalled = roomMade !== this.#roomMade;
    const member: Member = { id, counters, signalled, wake: undefined };
    this.#members.set(id, member);
    for (const counter of counters) {
      const line = this.#lines.get(counter);
      if (line) line.add(member);
      else this.#lines.set(counter, new Set([member]));
    }
    return { turn: () => this.#turn(member, deadlineMs), leave: () => this.#leave(member) };
  }

  /** The first in line of each counter gets its turn. */
  wake(counters: readonly string[]): void {
    this.#roomMade += 1;
    if (this.#lines.size === 0) return;
    for (const counter of counters) {
      const first = this.#lines.get(counter)?.values().next().value;
      if (first) signal(first);
    }
  }

  /** The first in every line gets its turn: time has passed, and windows have moved with it. */
  wakeAll(): void {
    if (this.#lines.size > 0) this.wake([...this.#lines.keys()]);
  }

  /** One waiter must look again at once: its id was released. */
  cancel(id: string): void {
    const member = this.#members.get(id);
    if (member) signal(member);
  }

  close(): void {
    this.#closed = true;
    for (const member of this.#members.values()) member.wake?.('closed');
  }

  #turn(member: Member, deadlineMs: number): Promise<Wake> {
    if (this.#closed) return Promise.resolve('closed');
    if (member.signalled) {
      member.signalled = false;
      return Promise.resolve('room');
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => done('timeout'), Math.max(0, deadlineMs - performance.now()));
      const done = (how: Wake): void => {
        clearTimeout(timer);
        member.wake = undefined;
        resolve(how);
      };
      member.wake = done;
    });
  }

  #leave(member: Member): void {
    this.#members.delete(member.id);
    for (const counter of member.counters) {
      const line = this.#lines.get(counter);
      line?.delete(member);
      if (line?.size === 0) this.#lines.delete(counter);
    }
    this.wake(member.counters);
  }
}

function signal(member: Member): void {
  if (member.wake) member.wake('room');
  else member.signalled = true;
}
