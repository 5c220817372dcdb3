// Counts the tokens of one long text, cold and warm, and measures the turns of the event loop.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTokenCounter } from '@spendfuse/guard';
import { type Cost, startMeter } from './meter.ts';

export type TextName = 'english' | 'chinese' | 'code' | 'run';

export interface Counted extends Cost {
  readonly tokens: number;
  /** Of the call until it gives the turn back: what is done here and not aside. */
  readonly calledMs: number;
  /** With loading the vocabulary. */
  readonly firstMs: number;
  readonly againMs: number;
  /** The most that the main thread has computed without giving the loop back: what others take is not in it. */
  readonly heldMs: number;
  /** The longest turn of as much time in which nothing was counted. */
  readonly idleMaxMs: number;
  /** By which the process has grown. */
  readonly megabytes: number;
}

const MEGABYTE = 1_000_000;

const texts: Readonly<Record<TextName, () => string>> = {
  english: () => filled(contents('../../docs', '.md'), MEGABYTE),
  // Three bytes each.
  chinese: () => filled(chinese(20_000), MEGABYTE / 3),
  code: () => filled(contents('../../packages/core/src', '.ts'), MEGABYTE),
  run: () => 'a'.repeat(100_000),
};

function filled(text: string, length: number): string {
  // In one piece, as a text is that was parsed from JSON.
  return JSON.parse(JSON.stringify(text.repeat(Math.ceil(length / text.length)).slice(0, length)));
}

function contents(folder: string, extension: string): string {
  const url = new URL(`${folder}/`, import.meta.url);
  const names = readdirSync(url).filter((name) => name.endsWith(extension));
  return names.map((name) => readFileSync(new URL(name, url), 'utf8')).join('\n');
}

/** Frequent characters in an order that no vocabulary knows, with a mark now and then. */
function chinese(length: number): string {
  const characters =
    '的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后';
  let seed = 1;
  const next = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const one = (): string => (next(9) === 0 ? '，' : (characters[next(characters.length)] ?? ''));
  return Array.from({ length }, one).join('');
}

/** A tick comes late by as long as the loop is held, and has seen what was computed meanwhile. */
function startTicks(): { readonly stop: () => number } {
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let mostMs = 0;
  let lastMs = cpuMs();
  const timer = setInterval(() => {
    const nowMs = cpuMs();
    mostMs = Math.max(mostMs, nowMs - lastMs);
    lastMs = nowMs;
  }, 1);
  const stop = (): number => {
    clearInterval(timer);
    return mostMs;
  };
  return { stop };
}

const [name = 'english'] = process.argv.slice(2);
const text = texts[name as TextName]();
const counter = createTokenCounter();
const query = { model: 'gpt-4o', texts: [text] };
await sleep(100);
const before = process.memoryUsage.rss();
const meter = startMeter();
await sleep(20);
meter.reset();
const ticks = startTicks();
const startedMs = performance.now();
const counting = counter.count(query);
const calledMs = performance.now() - startedMs;
const tokens = await counting;
const firstMs = performance.now() - startedMs;
// Not the same one: that would be remembered.
await counter.count({ ...query, texts: [text.slice(1)] });
const takenMs = performance.now() - startedMs;
const cost = meter.read();
const heldMs = ticks.stop();
const megabytes = (process.memoryUsage.rss() - before) / 1e6;
meter.reset();
await sleep(takenMs);
const idleMaxMs = meter.read().loopMaxMs;
const againMs = takenMs - firstMs;
const counted: Counted = {
  ...cost,
  tokens,
  calledMs,
  firstMs,
  againMs,
  heldMs,
  idleMaxMs,
  megabytes,
};
console.log(JSON.stringify(counted));
process.exit();
