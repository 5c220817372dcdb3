// What it costs to read a chunk of a stream beside the caller, for each provider.
import { loadExchanges, providers } from '../support/outcomes-exchanges.ts';
import { runPart } from './children.ts';
import type { Parsed } from './parsers-app.ts';
import type { Section, SectionOptions } from './sections.ts';

const ROUNDS = { quick: 1, usual: 5, full: 20 };
const AIM_US = 5;

export async function parsersSection({ size, progress }: SectionOptions): Promise<Section> {
  const streamed = new Set(
    loadExchanges().flatMap(({ provider, isStream }) => (isStream ? [provider.name] : [])),
  );
  const lines: string[] = [];
  for (const { name } of providers) {
    if (!streamed.has(name)) continue;
    progress(`streams of ${name}`);
    const part = { file: 'parsers-app.ts', args: [name, ROUNDS[size]] };
    lines.push(told(name, await runPart<Parsed>(part)));
  }
  return {
    title: `CPU time of a chunk of a stream, read beside the caller (aim: at most ${AIM_US} µs)`,
    lines,
  };
}

function told(name: string, { streams, chunks, medianBytes, meterUs, parseUs }: Parsed): string {
  return [
    name.padEnd(18),
    `${meterUs.toFixed(2)} µs${meterUs > AIM_US ? ' (above the aim)' : ''}`,
    `${(meterUs / parseUs).toFixed(1)} × JSON.parse`,
    `${chunks} chunks of ${streams} streams, median ${medianBytes} bytes`,
  ].join('   ');
}
