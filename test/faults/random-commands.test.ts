// Random verbs on the engine against a naive model that shares no code with it (L1, L2, L4, L5, L12).
import {
  type CounterRef,
  Engine,
  type LedgerRecord,
  mintId,
  type PlanEntry,
  SpendfuseError,
} from '@spendfuse/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const RUNS = process.env['SPENDFUSE_TEST_LONG'] ? 50_000 : 500;
const START_MS = Date.parse('2026-11-22T00:00:00Z');
const CEILINGS = { a: 100, b: 60, c: 30 } as const;
type Name = keyof typeof CEILINGS;
const NAMES = Object.keys(CEILINGS) as Name[];

type Command =
  | {
      readonly verb: 'reserve';
      readonly id: number;
      readonly amounts: Partial<Record<Name, number>>;
    }
  | { readonly verb: 'commit' | 'release'; readonly id: number; readonly share: number }
  | { readonly verb: 'extend'; readonly id: number; readonly more: number }
  | { readonly verb: 'pass'; readonly ms: number };

const idIn = fc.integer({ min: 0, max: 11 });
const amount = fc.option(fc.integer({ min: 0, max: 45 }), { nil: undefined });
const commands: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      verb: fc.constant('reserve' as const),
      id: idIn,
      amounts: fc.record({ a: amount, b: amount, c: amount }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constant('commit' as const),
      id: idIn,
      share: fc.constantFrom(0, 0.5, 1, 1.5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('release' as const),
      id: idIn,
      share: fc.constant(0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('extend' as const),
      id: idIn,
      more: fc.constantFrom(0, 0, 3, 20),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      verb: fc.constant('pass' as const),
      ms: fc.integer({ min: 0, max: 90_000 }),
    }),
  },
) as fc.Arbitrary<Command>;

/** One reservation as the model sees it: a state, what it holds, what it has cost. */
interface Known {
  state: 'open' | 'committed' | 'released' | 'expired' | 'tombstone';
  /** By its reserve. */
  readonly asked: ReadonlyMap<Name, number>;
  held: ReadonlyMap<Name, number>;
  spent: ReadonlyMap<Name, number>;
  expiresAtMs: number;
  /** What it was committed with. */
  share: number | undefined;
}

class Model {
  readonly known = new Map<number, Known>();

  sum(name: Name): { committed: number; reserved: number } {
    let committed = 0;
    let reserved = 0;
    for (const { state, held, spent } of this.known.values()) {
      if (state === 'open') reserved += held.get(name) ?? 0;
      else committed += spent.get(name) ?? 0;
    }
    return { committed, reserved };
  }

  expire(nowMs: number): void {
    for (const each of this.known.values()) {
      if (each.state !== 'open' || each.expiresAtMs > nowMs) continue;
      each.state = 'expired';
      each.spent = each.held;
    }
  }
}

const TTL_MS = 60_000;

function idOf(n: number): string {
  return mintId({ nowMs: START_MS, random: new Uint8Array(10).fill(n) });
}

function entriesOf(held: ReadonlyMap<Name, number>): readonly PlanEntry[] {
  return [...held].map(([name, value]) => ({
    counter: counterOf(name),
    bucket: 0,
    oldestBucket: 0,
    amount: value,
    ceiling: CEILINGS[name],
    shadow: false,
    maxCounters: 1_000_000,
    expireAmount: value,
    forgetAtMs: Number.POSITIVE_INFINITY,
  }));
}

function counterOf(name: Name): CounterRef {
  return { key: name, budget: name, unit: 'tokens', scope: {} };
}

function heldOf(amounts: Partial<Record<Name, number | undefined>>): ReadonlyMap<Name, number> {
  return new Map(
    NAMES.flatMap((name) => (amounts[name] === undefined ? [] : [[name, amounts[name]]])),
  );
}

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'ok';
  } catch (error) {
    return SpendfuseError.from(error).code;
  }
}

function settlement(id: string, nowMs: number, known: Known | undefined, share: number) {
  const amounts = [...(known?.held.values() ?? [])].map((value) => Math.round(value * share));
  return { id, nowMs, fingerprint: share * 2, amounts, meta: undefined };
}

it(
  `agrees with the model over ${RUNS} sequences of up to 200 commands`,
  () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 200, size: 'max' }), (sequence) => {
        const records: LedgerRecord<undefined>[] = [];
        const engine = new Engine<undefined>({ onRecord: (record) => records.push(record) });
        const model = new Model();
        let nowMs = START_MS;
        for (const command of sequence) {
          if (command.verb === 'pass') nowMs += command.ms;
          else step(command, { engine, model, nowMs });
          engine.expire({ nowMs, max: 1000 });
          model.expire(nowMs);
          for (const name of NAMES) {
            expect(engine.read({ counter: counterOf(name), oldestBucket: 0 })).toEqual(
              model.sum(name),
            );
          }
        }
        const replayed = new Engine<undefined>();
        for (const record of records) replayed.apply(record);
        const loaded = new Engine<undefined>();
        for (const part of engine.dump()) loaded.load(part);
        expect([...loaded.dump()]).toEqual([...engine.dump()]);
        for (const name of NAMES) {
          const query = { counter: counterOf(name), oldestBucket: 0 };
          expect(replayed.read(query)).toEqual(engine.read(query));
        }
        expect(replayed.openCount()).toBe(engine.openCount());
      }),
      { numRuns: RUNS },
    );
  },
  RUNS * 20 + 30_000,
);

interface World {
  readonly engine: Engine<undefined>;
  readonly model: Model;
  readonly nowMs: number;
}

function step(command: Exclude<Command, { verb: 'pass' }>, { engine, model, nowMs }: World): void {
  const id = idOf(command.id);
  const known = model.known.get(command.id);
  if (command.verb === 'reserve') {
    const held = heldOf(command.amounts);
    const plan = { id, nowMs, fingerprint: printOf(held), expiresAtMs: nowMs + TTL_MS };
    const same = known && known.state !== 'tombstone' && sameHeld(known.asked, held);
    const attempt = () => engine.reserve({ ...plan, entries: entriesOf(held), meta: undefined });
    if (known) {
      const expected = same ? 'ok' : known.state === 'tombstone' ? 'SETTLED' : 'ID_REUSED';
      return expect(codeOf(attempt)).toBe(expected);
    }
    const refused = [...held].flatMap(([name, value]) => refusalKind(model, name, value));
    const outcome = attempt();
    if (outcome.kind === 'refused') {
      return expect(outcome.refusals.map(({ kind }) => kind)).toEqual(refused);
    }
    expect(refused).toEqual([]);
    const open = { state: 'open', spent: new Map(), share: undefined } as const;
    model.known.set(command.id, { ...open, asked: held, held, expiresAtMs: nowMs + TTL_MS });
    return;
  }
  if (command.verb === 'extend') return extend(command, { engine, model, nowMs });
  const request = settlement(id, nowMs, known, command.share);
  const code = codeOf(() =>
    command.verb === 'commit' ? engine.commit(request) : engine.release(request),
  );
  expect(code).toBe(settle(command, model, request.amounts));
}

function refusalKind(model: Model, name: Name, value: number): readonly string[] {
  const { committed, reserved } = model.sum(name);
  const ceiling = CEILINGS[name];
  if (value === 0 || committed + reserved + value <= ceiling) return [];
  if (value > ceiling) return ['TOO_LARGE'];
  return [committed + value > ceiling ? 'EXHAUSTED' : 'IN_FLIGHT'];
}

/** What the table of verbs and states says, carried out on the model. */
function settle(
  command: Extract<Command, { verb: 'commit' | 'release' }>,
  model: Model,
  amounts: readonly number[],
): string {
  const known = model.known.get(command.id);
  if (command.verb === 'commit') {
    if (!known || known.state === 'tombstone') return 'NOT_FOUND';
    if (known.state === 'committed') return known.share === command.share ? 'ok' : 'ID_REUSED';
  } else if (known?.state === 'committed') {
    return 'SETTLED';
  }
  if (!known) {
    const nothing = {
      asked: new Map(),
      held: new Map(),
      spent: new Map(),
      expiresAtMs: 0,
      share: undefined,
    };
    model.known.set(command.id, { state: 'tombstone', ...nothing });
    return 'ok';
  }
  if (known.state === 'tombstone') return 'ok';
  known.state = command.verb === 'commit' ? 'committed' : 'released';
  known.share = command.verb === 'commit' ? command.share : undefined;
  known.spent = new Map([...known.held.keys()].map((name, i) => [name, amounts[i] ?? 0]));
  return 'ok';
}

function extend(command: Extract<Command, { verb: 'extend' }>, world: World): void {
  const { engine, model, nowMs } = world;
  const known = model.known.get(command.id);
  const request = { id: idOf(command.id), nowMs, expiresAtMs: nowMs + TTL_MS };
  if (!known || known.state !== 'open') {
    const isUnknown = !known || known.state === 'tombstone';
    const expected = isUnknown ? 'NOT_FOUND' : known.state === 'expired' ? 'EXPIRED' : 'SETTLED';
    return expect(codeOf(() => engine.extend(request))).toBe(expected);
  }
  const grown = new Map([...known.held].map(([name, value]) => [name, value + command.more]));
  const refused = [...known.held].flatMap(([name]) => refusalKind(model, name, command.more));
  const outcome = engine.extend({ ...request, entries: entriesOf(grown) });
  if (outcome.kind === 'refused') {
    return expect(outcome.refusals.map(({ kind }) => kind)).toEqual(refused);
  }
  expect(refused).toEqual([]);
  known.held = grown;
  known.expiresAtMs = Math.max(known.expiresAtMs, request.expiresAtMs);
}

function printOf(held: ReadonlyMap<Name, number>): number {
  return [...held].reduce(
    (sum, [name, value]) => sum * 1000 + NAMES.indexOf(name) * 100 + value + 1,
    7,
  );
}

function sameHeld(a: ReadonlyMap<Name, number>, b: ReadonlyMap<Name, number>): boolean {
  return printOf(a) === printOf(b);
}
