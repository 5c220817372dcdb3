// One life of the open journal: its threads, and the engine as replayed from it.
import {
  Engine,
  type ExpireRequest,
  type LedgerRecord,
  type RecordListener,
  SpendfuseError,
} from '@spendfuse/core';
import { type EndListener, Verbs } from '../verbs.ts';
import { Encoder } from './encoder.ts';
import { describe, failureOf } from './failure.ts';
import { IndexReader } from './index-reader.ts';
import { Journal } from './journal.ts';
import type { WriterData } from './messages.ts';
import { Reader } from './reader.ts';
import { replay, type Replayed } from './replay.ts';
import { Retention } from './retention.ts';
import { Rows } from './rows.ts';
import { Snapshots } from './snapshots.ts';

/** What every open reservation gets at a start, at the least (L10). */
const GRACE_MS = 30_000;

export interface SessionOptions {
  readonly data: WriterData;
  readonly nowMs: () => number;
  readonly maxSettled: number | undefined;
  readonly snapshotRecords: number;
  readonly retentionMs: number | undefined;
  readonly keepUsageMs: number | undefined;
  readonly listeners: readonly EndListener[];
  /** The open session has ended by a failure. May be called more than once. */
  readonly onFail: (error: SpendfuseError) => void;
  readonly log: (line: string) => void;
}

export interface Session<Meta> {
  readonly engine: Engine<Meta>;
  readonly verbs: Verbs<Meta>;
  readonly journal: Journal<Meta>;
  readonly reader: Reader;
  readonly index: IndexReader;
  readonly snapshots: Snapshots;
  readonly retention: Retention;
  /** The latest time that was read. */
  readonly highWaterMs: number;
  /** All durable records of an id. Queries for the same id are one. */
  lookUp(id: string): Promise<readonly LedgerRecord<Meta>[]>;
  forget(request: ExpireRequest): void;
  /** Makes all durable, then ends. */
  close(): Promise<void>;
  /** Ends at once; all that waits is rejected. */
  drop(): Promise<void>;
}

/** @throws SpendfuseError `CONFIG` where the folder or the journal in it cannot be used. */
export async function openSession<Meta>(options: SessionOptions): Promise<Session<Meta>> {
  const { data, nowMs, snapshotRecords, retentionMs, keepUsageMs, listeners, log } = options;
  const { folder } = data;
  let failure: SpendfuseError | undefined;
  let isOpen = false;
  const onFail = (error: SpendfuseError): void => {
    failure ??= error;
    if (isOpen) options.onFail(error);
  };
  const encoder = new Encoder<Meta>();
  const journal = new Journal<Meta>({ data, encoder, onFail });
  const snapshots = new Snapshots({ folder, everyRecords: snapshotRecords, log });
  const reader = new Reader({ folder, onFail });
  const index = new IndexReader({ data: { kind: 'journal', folder, keepUsageMs }, log });
  const drop = async (): Promise<void> => {
    const threads = [snapshots, index, reader, journal];
    await Promise.all([retention?.stop(), ...threads.map((each) => each.drop())]);
  };
  let retention: Retention | undefined;
  try {
    await journal.opened();
    const onRecord: RecordListener<Meta> = (record, begun) => {
      journal.append(record, begun);
      snapshots.add(1);
    };
    const { engine, highWaterMs, records } = await read({ ...options, encoder, onRecord });
    snapshots.add(records);
    const startMs = Math.max(nowMs(), highWaterMs);
    // Counters that nothing had swept yet would refuse what a running ledger grants.
    const everything = { nowMs: startMs, max: Number.POSITIVE_INFINITY };
    for (const key of engine.forget(everything)) encoder.forget(key);
    engine.graceUntil(startMs, startMs + GRACE_MS);
    await journal.durable();
    if (failure) throw failure;
    isOpen = true;
    retention = new Retention({ retentionMs, nowMs, journal, snapshots, index, log });
    index.startLater();
    return {
      engine,
      verbs: new Verbs({ engine, listeners }),
      journal,
      reader,
      index,
      snapshots,
      retention,
      highWaterMs,
      lookUp: joined((id) => lookUpDurable({ journal, reader, id })),
      forget: (request) => {
        for (const key of engine.forget(request)) encoder.forget(key);
      },
      close: async () => {
        await retention?.stop();
        await index.close();
        await reader.close();
        await journal.close();
        await snapshots.close();
      },
      drop,
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

interface ReadOptions<Meta> extends SessionOptions {
  readonly encoder: Encoder<Meta>;
  readonly onRecord: RecordListener<Meta>;
}

/** @throws SpendfuseError `CONFIG` */
async function read<Meta>(options: ReadOptions<Meta>): Promise<Replayed<Meta>> {
  const { data, maxSettled, encoder, onRecord, log } = options;
  const { folder } = data;
  try {
    const rows = new Rows<Meta>(folder, {
      onDefinition: (definition) => {
        if (!definition.isRetired) encoder.define(definition);
      },
    });
    try {
      encoder.startAt(rows.nextNumber());
      const newEngine = () => new Engine<Meta>({ onRecord, maxSettled });
      return await replay({ folder, rows, newEngine, warn: log });
    } finally {
      rows.close();
    }
  } catch (cause) {
    const message = describe(failureOf(cause), folder);
    throw new SpendfuseError({ code: 'CONFIG', message, cause });
  }
}

interface LookUp<Meta> {
  readonly journal: Journal<Meta>;
  readonly reader: Reader;
  readonly id: string;
}

/** What was forgotten a moment ago may not be on disk yet. */
async function lookUpDurable<Meta>({ journal, reader, id }: LookUp<Meta>) {
  await journal.durable();
  try {
    return (await reader.recordsOf(id)) as readonly LedgerRecord<Meta>[];
  } catch (cause) {
    const { message } = SpendfuseError.from(cause);
    throw new SpendfuseError({ code: 'UNAVAILABLE', message, cause });
  }
}

function joined<T>(ask: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return (id) => {
    let answer = asked.get(id);
    if (!answer) {
      answer = ask(id).finally(() => asked.delete(id));
      asked.set(id, answer);
    }
    return answer;
  };
}
