// One life of the open journal: its two threads, and the engine as replayed from it.
import { Engine, type LedgerRecord, SpendfuseError } from '@spendfuse/core';
import { type EndListener, Verbs } from '../verbs.ts';
import { Codec } from './codec.ts';
import { Journal } from './journal.ts';
import type { WriterData } from './messages.ts';
import { Reader } from './reader.ts';
import { recordsOf, replay, type Source } from './replay.ts';

/** What every open reservation gets at a start, at the least (L10). */
const GRACE_MS = 30_000;

export interface SessionOptions {
  readonly data: WriterData;
  readonly nowMs: () => number;
  readonly maxSettled: number | undefined;
  readonly listeners: readonly EndListener[];
  /** The open session has ended by a failure. May be called more than once. */
  readonly onFail: (error: SpendfuseError) => void;
}

export interface Session<Meta> {
  readonly engine: Engine<Meta>;
  readonly verbs: Verbs<Meta>;
  readonly journal: Journal<Meta>;
  readonly source: Source<Meta>;
  /** The latest time that was read. */
  readonly highWaterMs: number;
  /** All durable records of an id. Queries for the same id are one. */
  lookUp(id: string): Promise<readonly LedgerRecord<Meta>[]>;
  /** Makes all durable, then ends. */
  close(): Promise<void>;
  /** Ends at once; all that waits is rejected. */
  drop(): Promise<void>;
}

/** @throws SpendfuseError `CONFIG` where the folder or the journal in it cannot be used. */
export async function openSession<Meta>(options: SessionOptions): Promise<Session<Meta>> {
  const { data, nowMs, maxSettled, listeners } = options;
  const { folder } = data;
  let failure: SpendfuseError | undefined;
  let isOpen = false;
  const onFail = (error: SpendfuseError): void => {
    failure ??= error;
    if (isOpen) options.onFail(error);
  };
  const codec = new Codec<Meta>();
  const journal = new Journal<Meta>({ data, codec, onFail });
  let reader: Reader | undefined;
  const drop = async (): Promise<void> => {
    await Promise.all([reader?.drop(), journal.drop()]);
  };
  try {
    const lastRow = await journal.opened();
    reader = new Reader({ folder, onFail });
    const source = { folder, reader, codec };
    const engine = new Engine<Meta>({
      onRecord: (record) => journal.append(record),
      maxSettled,
    });
    const { highWaterMs } = await replay({ source, engine, lastRow });
    const startMs = Math.max(nowMs(), highWaterMs);
    engine.graceUntil(startMs, startMs + GRACE_MS);
    await journal.durable();
    if (failure) throw failure;
    isOpen = true;
    const verbs = new Verbs({ engine, listeners });
    const lookUp = joined((id) => lookUpDurable({ journal, source, id }));
    const close = async (): Promise<void> => {
      await source.reader.close();
      await journal.close();
    };
    return { engine, verbs, journal, source, highWaterMs, lookUp, close, drop };
  } catch (error) {
    await drop();
    throw error;
  }
}

interface LookUp<Meta> {
  readonly journal: Journal<Meta>;
  readonly source: Source<Meta>;
  readonly id: string;
}

/** What was forgotten a moment ago may not be on disk yet. */
async function lookUpDurable<Meta>({ journal, source, id }: LookUp<Meta>) {
  await journal.durable();
  try {
    return await recordsOf({ source, id });
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
