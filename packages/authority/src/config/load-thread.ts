// The thread that loads one budgets file and ends.
import { parentPort, workerData } from 'node:worker_threads';
import { SpendfuseError } from '@spendfuse/core';
import { loadConfig } from './load.ts';
import type { Loaded } from './load-aside.ts';

async function load(): Promise<Loaded> {
  try {
    return { config: await loadConfig(String(workerData)) };
  } catch (thrown) {
    const { code, message, field } = SpendfuseError.from(thrown);
    return { error: { code, message, field } };
  }
}

parentPort?.postMessage(await load());
