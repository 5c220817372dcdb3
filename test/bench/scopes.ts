// A budget `per: [user]` with a million scopes beside one with a thousand: reserves, memory, forgetting.
import { runPart } from './children.ts';
import type { Taken } from './in-turns.ts';
import type { ScopesOfAuthority } from './scopes-authority.ts';
import type { ScopesOfEngine } from './scopes-engine.ts';
import type { Section, SectionOptions } from './sections.ts';

const ENGINE_SCOPES = { quick: 50_000, usual: 1_000_000, full: 1_000_000 };
const AUTHORITY_SCOPES = { quick: 10_000, usual: 100_000, full: 1_000_000 };
const nodeArgs = ['--expose-gc'];

export async function scopesSection({ size, progress }: SectionOptions): Promise<Section> {
  const inEngine = ENGINE_SCOPES[size];
  const inAuthority = AUTHORITY_SCOPES[size];
  progress(`${inEngine} scopes, engine`);
  const file = 'scopes-engine.ts';
  const engine = await runPart<ScopesOfEngine>({ file, args: [inEngine], nodeArgs });
  progress(`${inAuthority} scopes, authority`);
  const authority = await runPart<ScopesOfAuthority>({
    file: 'scopes-authority.ts',
    args: [inAuthority],
    nodeArgs,
  });
  const { bytes, countersBytes, namesBytes, preparedBytes } = engine;
  const sweepLoop = [authority.sweepLoopP99Ms, authority.sweepLoopMaxMs].map(ms);
  // With fewer, what else lies in the heap moves by more than the scopes take.
  const isTold = inAuthority >= 100_000;
  const storeBytes = isTold ? `${whole(authority.bytes)} bytes` : 'too few scopes to tell';
  const split = `counters ${whole(countersBytes)}, names ${whole(namesBytes)}`;
  return {
    title: 'Scopes (one limit each; 1,000 of them and many in turns)',
    lines: [
      `reserve, engine with admission, ${inEngine} scopes:   ${compared(engine)}`,
      `reserve, authority in batches of 64, ${inAuthority} scopes: ${compared(authority)}`,
      `memory of a scope: ${whole(bytes)} bytes (${split}, prepared ${whole(preparedBytes)})`,
      `memory of a scope, with the SQLite store: ${storeBytes}`,
      `left when all are forgotten: ${(engine.forgottenBytes / 1e6).toFixed(1)} MB`,
      `a turn of the sweep: p50 ${ms(engine.sweepP50Ms)}, longest ${ms(engine.sweepMaxMs)}`,
      `event loop while the authority sweeps: p99 ${sweepLoop.join(', longest ')}`,
      `the first call of a scope, collections included: longest ${ms(engine.firstCallMaxMs)}`,
    ],
  };
}

function compared({ few, many }: { readonly few: Taken; readonly many: Taken }): string {
  const times = (part: keyof Taken): string => `${(many[part] / few[part]).toFixed(2)} ×`;
  const us = (part: keyof Taken): string => `${few[part].toFixed(1)} → ${many[part].toFixed(1)} µs`;
  return `${times('p50Us')} (p50 ${us('p50Us')}; CPU ${us('cpuUs')}, ${times('cpuUs')})`;
}

function whole(bytes: number): string {
  return bytes.toFixed(0);
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
