// Values as bytes: each comes back as it went in, and what is no value is an error, never a guess.
import { describe, expect, test } from 'vitest';
import { BytesReader } from './bytes-reader.ts';
import { BytesWriter } from './bytes-writer.ts';

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  undefined,
  0,
  239,
  240,
  2 ** 28 - 1,
  2 ** 28,
  2 ** 31,
  2 ** 53 - 1,
  -1,
  1 - 2 ** 53,
  0.1,
  -1e300,
  '',
  'plain',
  'Zürich',
  '東京 \u2028 \ud83d\ude00',
  '\ud83d alone',
  'x'.repeat(100_000),
  [],
  [1, [2, ['3']], null],
  {},
  { a: 1, b: { a: { b: [{ a: 2 }] } } },
  JSON.parse('{"__proto__": {"toString": 1}, "constructor": 2, "1": 3}'),
];

function bytesOf(write: (bytes: BytesWriter) => void): Uint8Array {
  const writer = new BytesWriter();
  write(writer);
  return writer.take();
}

function valuesIn(bytes: Uint8Array, count: number): readonly unknown[] {
  const reader = new BytesReader(bytes);
  const values = Array.from({ length: count }, () => reader.value());
  expect(reader.isAtEnd()).toBe(true);
  return values;
}

describe('values as bytes', () => {
  test('come back, one in a row or many, some of them twice', () => {
    const writer = new BytesWriter();
    for (const value of VALUES) {
      writer.value(value);
      expect(valuesIn(writer.take(), 1)).toEqual([value]);
    }
    const twice = [...VALUES, ...VALUES];
    for (const value of twice) writer.value(value);
    expect(valuesIn(writer.take(), twice.length)).toEqual(twice);
  });

  test('a property that is undefined is left out, in an array it is null', () => {
    const bytes = bytesOf((writer) => writer.value({ a: undefined, b: [undefined] }));
    const [back] = valuesIn(bytes, 1);
    expect(Object.keys(back as object)).toEqual(['b']);
    expect(back).toEqual({ b: [null] });
  });

  test('a shared property comes back as undefined', () => {
    const bytes = bytesOf((writer) => writer.sharing({ cost: 1, call: { model: 'm' } }, 'call'));
    const [back] = valuesIn(bytes, 1);
    expect(Object.entries(back as object)).toEqual([
      ['cost', 1],
      ['call', undefined],
    ]);
  });

  test('objects of more shapes than are remembered come back', () => {
    const writer = new BytesWriter();
    const objects = Array.from({ length: 2500 }, (_, i) => ({ same: 0, [`key ${i % 1500}`]: i }));
    for (const object of objects) writer.value(object);
    expect(valuesIn(writer.take(), objects.length)).toEqual(objects);
  });

  test.each([0, 1, -1, 2 ** 28, 2 ** 52, -(2 ** 52), 2 ** 53 - 1])('the integer %d', (value) => {
    const bytes = bytesOf((writer) => writer.integers([value, 7]));
    expect(new BytesReader(bytes).integers()).toEqual([value, 7]);
  });

  test.each([Number.NaN, 0.5, 2 ** 53, -(2 ** 53) + 1])('%d is no integer', (value) => {
    expect(() => bytesOf((writer) => writer.integer(value))).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });

  test('what JSON cannot tell, and an id that is no UUID, are not written', () => {
    const internal = expect.objectContaining({ code: 'INTERNAL' });
    for (const value of [1n, Symbol('x'), () => 1]) {
      expect(() => bytesOf((writer) => writer.value([value]))).toThrow(internal);
    }
    for (const id of ['', 'x', '01A203A0-a708-759d-819a-7faf10bea4ce']) {
      expect(() => bytesOf((writer) => writer.uuid(id))).toThrow(internal);
    }
  });

  test('that were passed over can be read later, as often as one likes', () => {
    const writer = new BytesWriter();
    const twice = [...VALUES, ...VALUES];
    for (const value of twice) writer.value(value);
    writer.value({ a: 'plain' });
    const reader = new BytesReader(writer.take().slice());
    const passed = twice.map(() => reader.later());
    expect(reader.value()).toEqual({ a: 'plain' });
    expect(reader.isAtEnd()).toBe(true);
    for (const late of [...passed.keys()].toReversed()) {
      expect(passed[late]?.read()).toEqual(twice[late]);
      expect(passed[late]?.read()).toEqual(twice[late]);
    }
    expect(reader.isAtEnd()).toBe(true);
  });

  test('that are damaged are an error for who passes over them, as for who reads them', () => {
    const values = [
      { a: 'text', b: [1, { a: 'text' }] },
      { a: 0.1, b: -3 },
      'text',
      ['東', 2 ** 40],
    ];
    const whole = bytesOf((writer) => writer.value(values));
    const end = (bytes: Uint8Array, act: (reader: BytesReader) => unknown) => {
      const reader = new BytesReader(bytes);
      try {
        act(reader);
        return reader.isAtEnd();
      } catch (error) {
        return (error as Error).message;
      }
    };
    let faults = 0;
    for (let at = 0; at < whole.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const changed = whole.slice();
        changed[at] = byte;
        const read = end(changed, (reader) => reader.value());
        expect(end(changed, (reader) => reader.passOver())).toBe(read);
        if (typeof read === 'string') faults += 1;
      }
    }
    expect(faults).toBeGreaterThan(1000);
  });

  test('bytes that end early are an error, and changed ones are read in no time', () => {
    const bytes = bytesOf((writer) => writer.value([VALUES, { text: 'abc', list: [1, 2, 3] }]));
    const read = (some: Uint8Array) => () => new BytesReader(some).value();
    for (let end = 0; end < 300; end++) expect(read(bytes.subarray(0, end))).toThrow(Error);
    let faults = 0;
    for (let at = 0; at < 300; at++) {
      const changed = bytes.slice(0, 300);
      changed[at] = 0xff;
      try {
        read(changed)();
      } catch {
        faults += 1;
      }
    }
    expect(faults).toBeGreaterThan(200);
  });
});
