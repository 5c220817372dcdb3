// Where scenarios take place: each store, in process and over gRPC, with a clock of their own.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createCatalogue,
  type LocalAuthority,
  openAuthority,
  parseConfig,
} from '@spendfuse/authority';
import { createClient } from '@spendfuse/client';
import type { BudgetAuthority } from '@spendfuse/core';
import { type Sidecar, type SidecarOptions, startSidecar } from '@spendfuse/sidecar';
import { httpAuthority } from './http-authority.ts';
import { createFakeClock, type FakeClock, tempFolder } from '@spendfuse/testkit';

export interface World extends AsyncDisposable {
  readonly clock: FakeClock;
  /** The verbs, as callers have them. */
  readonly authority: BudgetAuthority;
  /** The same authority, for what only its own process can do. */
  readonly local: LocalAuthority;
  /**
   * Goes on with what is on disk at this instant, as after a `kill -9`: the files are copied under the
   * running authority, and another one is opened on the copy.
   */
  crash(): Promise<void>;
}

export interface WorldKind {
  readonly name: string;
  /** Whether it outlives a crash. */
  readonly isKept: boolean;
  open(config: string): Promise<World>;
}

/** 2026-01-01T12:00:00Z, a Thursday. */
export const START_MS = Date.UTC(2026, 0, 1, 12);

export const worldsInProcess: readonly WorldKind[] = [
  kind({ name: 'engine, in process', isKept: false, start: startInProcess }),
  kind({ name: 'sqlite, in process', isKept: true, start: startInProcess }),
];

export const worldsOverGrpc: readonly WorldKind[] = [
  kind({ name: 'engine, over gRPC', isKept: false, start: startOverGrpc }),
  kind({ name: 'sqlite, over gRPC', isKept: true, start: startOverGrpc }),
];

export const worldsOverHttp: readonly WorldKind[] = [
  kind({ name: 'engine, over HTTP', isKept: false, start: startOverHttp }),
];

/** One life of an authority. */
interface Life {
  readonly authority: BudgetAuthority;
  readonly local: LocalAuthority;
  end(): Promise<void>;
}

interface Place {
  readonly config: string;
  /** Everything of this life; data in `data`, if it is kept. */
  readonly folder: string;
  readonly dataFolder: string | undefined;
  readonly clock: FakeClock;
}

interface KindOptions {
  readonly name: string;
  readonly isKept: boolean;
  readonly start: (place: Place) => Promise<Life>;
}

function kind({ name, isKept, start }: KindOptions): WorldKind {
  return {
    name,
    isKept,
    async open(config) {
      const clock = createFakeClock(START_MS);
      const temporary = await tempFolder();
      let lives = 0;
      const begin = async (): Promise<Life> => {
        lives += 1;
        const folder = join(temporary.path, String(lives));
        const before = join(temporary.path, String(lives - 1));
        const dataFolder = isKept ? join(folder, 'data') : undefined;
        await mkdir(folder);
        if (dataFolder && lives > 1)
          await cp(join(before, 'data'), dataFolder, { recursive: true });
        return start({ config, folder, dataFolder, clock });
      };
      let life = await begin();
      return {
        clock,
        get authority() {
          return life.authority;
        },
        get local() {
          return life.local;
        },
        async crash() {
          const next = await begin();
          await life.end();
          life = next;
        },
        async [Symbol.asyncDispose]() {
          await life.end();
          await temporary.remove();
        },
      };
    },
  };
}

async function startInProcess({ config, dataFolder, clock }: Place): Promise<Life> {
  const { budgets, prices: overrides, aliases, fallback } = parseConfig(config);
  const catalogue = createCatalogue({ overrides, aliases, fallback });
  const durability = 'process';
  const local = await openAuthority({ budgets, catalogue, clock, dataFolder, durability });
  return { authority: local, local, end: () => local.close() };
}

async function startOverGrpc(place: Place): Promise<Life> {
  const socketPath = join(place.folder, 'grpc.sock');
  const sidecar = await startIn(place, { socketPath });
  const { clock } = place;
  const client = createClient({ endpoint: `unix:${socketPath}`, now: () => clock.now() });
  return {
    authority: client,
    local: sidecar.authority,
    async end() {
      await client.close();
      await sidecar.stop();
    },
  };
}

async function startOverHttp(place: Place): Promise<Life> {
  const sidecar = await startIn(place, { httpListen: { host: '127.0.0.1', port: 0 } });
  const { authority: local, addresses } = sidecar;
  const authority = httpAuthority(addresses.http ?? '', local);
  return { authority, local, end: () => sidecar.stop() };
}

async function startIn(place: Place, listen: Partial<SidecarOptions>): Promise<Sidecar> {
  const { config, folder, dataFolder, clock } = place;
  const configFile = join(folder, 'budgets.yaml');
  await writeFile(configFile, config);
  const kept = { configFile, dataFolder, durability: 'process' } as const;
  return startSidecar({ ...kept, ...listen, clock, logLevel: 'error' });
}
