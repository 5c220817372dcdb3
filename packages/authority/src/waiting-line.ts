// Who waits for room: first come, first served for each counter, woken by the verb that makes room.
import type { Ended } from './stores/verbs.ts';

export type Wake = 'room' | 'timeout' | 'closed';

export interface Waiter {
  /** Resolves when it is this waiter's turn to look, when its time is up, or when all must go. */
  turn(request: TurnRequest): Promise<Wake>;
  /** Out of the line, whatever the outcome; the next in line gets its turn. */
  leave(): void;
}

export interface TurnRequest {
  /** Keys of the counters that lack room: it stands in line for these and for no others. */
  readonly counters: readonly string[];
  /** On the clock of `performance.now`. */
  readonly deadlineMs: number;
  /** `roomMade()` from before the limits were looked at. */
  readonly roomMade: number;
}

export const MAX_WAITING = 1000;

/**
 * Contract: who comes later goes before nobody who waits for one of the same counters. A waiter keeps
 * its place in time, by which it is put into the lines of the counters that refuse it at its latest
 * look; calls of other counters pass.
 */
export class WaitingLine {
  /** The earliest first. */
  readonly #lines = new Map<string, Member[]>();
  readonly #members = new Map<string, Member>();
  #places = 0;
  #roomMade = 0;
  #closed = false;

  /** Grows whenever room was made: compare it to tell whether a refusal is still fresh. */
  roomMade(): number {
    return this.#roomMade;
  }

  isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  full(): boolean {
    return this.#closed || this.#members.size >= MAX_WAITING;
  }

  /** Taken when a call comes, because a while passes until it is known that it must wait. */
  takePlace(): number {
    this.#places += 1;
    return this.#places;
  }

  /** Whether somebody waits for this counter who came before this place was taken. */
  isAhead(counter: string, place: number): boolean {
    const first = this.#lines.get(counter)?.[0];
    return first !== undefined && first.place < place;
  }

  /** In no line yet: see `turn`. */
  join({ id, place }: { readonly id: string; readonly place: number }): Waiter {
    const member = new Member(place, {
      turn: (self, request) => this.#turn(self, request),
      leave: (self) => this.#leave(id, self),
    });
    this.#members.set(id, member);
    return member;
  }

  /** The first in line of each counter gets its turn. */
  wake(ended: readonly Ended[]): void {
    this.#roomMade += 1;
    if (this.#lines.size === 0) return;
    for (const { counter } of ended) this.#wake(counter.key);
  }

  /** The first in every line gets its turn: time has passed, or what is in force has changed. */
  wakeAll(): void {
    if (this.#lines.size > 0) this.#wakeEach([...this.#lines.keys()]);
  }

  /** One waiter must look again at once: its id was released. */
  cancel(id: string): void {
    this.#members.get(id)?.signal('room');
  }

  close(): void {
    this.#closed = true;
    for (const member of this.#members.values()) member.signal('closed');
  }

  #turn(member: Member, { counters, deadlineMs, roomMade }: TurnRequest): Promise<Wake> {
    const isStale = roomMade !== this.#roomMade;
    const isNew = this.#stand(member, counters);
    if (this.#closed) return Promise.resolve('closed');
    // Room that was made since the refusal had nobody to wake where the waiter was not in line yet.
    if (isNew && isStale) return Promise.resolve('room');
    return member.sleep(deadlineMs);
  }

  /** Puts the member into the lines of these counters alone; says whether one of them is new to it. */
  #stand(member: Member, counters: readonly string[]): boolean {
    const left = [...member.counters].filter((counter) => !counters.includes(counter));
    for (const counter of left) this.#take(member, counter);
    const added = counters.filter((counter) => !member.counters.has(counter));
    for (const counter of added) {
      member.counters.add(counter);
      const line = this.#lines.get(counter);
      if (line) insert(line, member);
      else this.#lines.set(counter, [member]);
    }
    if (left.length > 0) this.#wakeEach(left);
    return added.length > 0;
  }

  #take(member: Member, counter: string): void {
    member.counters.delete(counter);
    const line = this.#lines.get(counter) ?? [];
    const at = line.indexOf(member);
    if (at !== -1) line.splice(at, 1);
    if (line.length === 0) this.#lines.delete(counter);
  }

  #leave(id: string, member: Member): void {
    this.#members.delete(id);
    const counters = [...member.counters];
    for (const counter of counters) this.#take(member, counter);
    this.#wakeEach(counters);
  }

  #wakeEach(counters: readonly string[]): void {
    this.#roomMade += 1;
    for (const counter of counters) this.#wake(counter);
  }

  #wake(counter: string): void {
    this.#lines.get(counter)?.[0]?.signal('room');
  }
}

/** Mostly at the end: who has come before and moves to another line is the exception. */
function insert(line: Member[], member: Member): void {
  let at = line.length;
  while (at > 0 && (line[at - 1] as Member).place > member.place) at -= 1;
  line.splice(at, 0, member);
}

interface Moves {
  readonly turn: (member: Member, request: TurnRequest) => Promise<Wake>;
  readonly leave: (member: Member) => void;
}

class Member implements Waiter {
  /** In time: of two, the smaller came first. */
  readonly place: number;
  /** In whose lines it stands. */
  readonly counters = new Set<string>();
  readonly #moves: Moves;
  /** Came while the waiter was busy looking. */
  #signalled = false;
  #wake: ((how: Wake) => void) | undefined;

  constructor(place: number, moves: Moves) {
    this.place = place;
    this.#moves = moves;
  }

  turn(request: TurnRequest): Promise<Wake> {
    return this.#moves.turn(this, request);
  }

  leave(): void {
    this.#moves.leave(this);
  }

  signal(how: Wake): void {
    if (this.#wake) this.#wake(how);
    else this.#signalled = true;
  }

  sleep(deadlineMs: number): Promise<Wake> {
    if (this.#signalled) {
      this.#signalled = false;
      return Promise.resolve('room');
    }
    return new Promise((resolve) => {
      const done = (how: Wake): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(how);
      };
      const timer = setTimeout(() => done('timeout'), Math.max(0, deadlineMs - performance.now()));
      this.#wake = done;
    });
  }
}
