// Log lines: one per event, by level, values quoted where they need it.
import { expect, test } from 'vitest';
import { createLog, type LogLevel } from './log.ts';

function logged(level: LogLevel, use: (log: ReturnType<typeof createLog>) => void): string[] {
  const lines: string[] = [];
  use(createLog({ level, write: (line) => lines.push(line) }));
  return lines.map((line) => line.replace(/^\S+ /u, ''));
}

test('a line has level, event and fields', () => {
  const lines = logged('info', (log) =>
    log.info('ready', { grpc: '127.0.0.1:4750', data: '/a b', none: undefined, count: 2 }),
  );
  expect(lines).toEqual(['info  ready grpc=127.0.0.1:4750 data="/a b" count=2\n']);
});

test('what is above the level is not written', () => {
  const lines = logged('warn', (log) => {
    log.error('a');
    log.warn('b');
    log.info('c');
    log.debug('d');
  });
  expect(lines).toEqual(['error a\n', 'warn  b\n']);
});

test('silent writes nothing', () => {
  expect(logged('silent', (log) => log.error('a'))).toEqual([]);
});

test('line breaks cannot forge a second line', () => {
  const lines = logged('info', (log) => log.info('a\nb', { model: 'x\ny' }));
  expect(lines).toEqual(['info  a b model="x\\ny"\n']);
});
