// The input of a request to Anthropic, bounded from above.
import { describe, expect, test } from 'vitest';
import type { CountableInput, JsonObject, Metered } from '../provider.ts';
import { bound } from './bound.ts';

const messages: Metered = { kind: 'metered', api: 'messages', operation: 'chat', path: '/' };
const model = 'claude-sonnet-4-6';

function inputOf(body: JsonObject): CountableInput {
  return bound(messages, { model, max_tokens: 10, ...body });
}

function extraOf(content: unknown, of = model): number {
  const extra = (blocks: unknown): number =>
    inputOf({ model: of, messages: [{ role: 'user', content: blocks }] }).extraTokens;
  return extra([content]) - extra([{}]);
}

test('all that is said is a text, and what labels it is not', () => {
  const { texts, maxTokens, extraTokens } = inputOf({
    system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    messages: [
      { role: 'user', content: 'Hello' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'sea', deep: 2 } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            content: [{ type: 'text', text: 'blue ü' }],
          },
        ],
      },
    ],
  });
  expect(texts).toEqual(['Be kind.', 'Hello', 'Hi', 'look', '{"at":"sea","deep":2}', 'blue ü']);
  // The `ü` has two bytes, and may take three tokens.
  expect(maxTokens).toBe(8 + 5 + 2 + 4 + 21 + 8 + extraTokens);
});

test('the older API has one text', () => {
  const body = { prompt: '\n\nHuman: hi\n\nAssistant:' };
  expect(bound({ ...messages, api: 'complete' }, body).texts).toEqual([body.prompt]);
});

describe('tools', () => {
  const tool = { name: 'look', description: 'Looks.', input_schema: { type: 'object' } };
  const extra = (tools: readonly unknown[], of = model): number =>
    inputOf({ model: of, tools }).extraTokens - inputOf({ model: of }).extraTokens;

  test('their JSON is a text, and they bring a prompt of a size published for the model', () => {
    expect(inputOf({ tools: [tool] }).texts).toEqual([JSON.stringify(tool)]);
    expect(extra([])).toBe(0);
    expect(extra([tool])).toBe(589 + 8);
    expect(extra([tool, tool])).toBe(589 + 16);
    expect(extra([tool], 'claude-opus-4-7')).toBe(804 + 8);
    expect(extra([tool], 'claude-3-opus-20240229')).toBe(530 + 8);
    // A model that is not in the list gets the most of all.
    expect(extra([tool], 'claude-next')).toBe(804 + 8);
  });

  test('definitions of Anthropic itself are not in the request', () => {
    expect(extra([{ type: 'bash_20250124', name: 'bash' }])).toBe(589 + 8 + 325);
    expect(extra([{ type: 'telepathy_20270101' }])).toBeGreaterThan(3000);
  });
});

describe('images', () => {
  const png = (width: number, height: number): JsonObject => {
    const bytes = Buffer.alloc(64);
    bytes.writeUInt32BE(0x89_50_4e_47, 0);
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return image(bytes);
  };
  const image = (bytes: Buffer): JsonObject => ({
    type: 'image',
    source: { type: 'base64', media_type: 'image/png', data: bytes.toString('base64') },
  });

  test('cost what their size does, by the dearer of the rules', () => {
    expect(extraOf(png(200, 200))).toBe(64);
    expect(extraOf(png(1000, 1000))).toBe(1334);
    expect(extraOf(png(1, 1))).toBe(1);
    expect(extraOf(png(20_000, 1))).toBe(715);
  });

  test('up to the most of their model', () => {
    expect(extraOf(png(8000, 8000))).toBe(1600);
    expect(extraOf(png(8000, 8000), 'claude-opus-4-7')).toBe(4784);
    expect(extraOf(png(8000, 8000), 'claude-next')).toBe(4784);
  });

  test('and the most where the size is not to be seen', () => {
    expect(extraOf({ type: 'image', source: { type: 'url', url: 'https://x/y.png' } })).toBe(1600);
    expect(extraOf({ type: 'image', source: { type: 'file', file_id: 'file_1' } })).toBe(1600);
    expect(extraOf(image(Buffer.from('no image, but quite long enough')))).toBe(1600);
    expect(extraOf({ type: 'image' })).toBe(1600);
  });

  test.each<[string, Buffer]>([
    ['GIF', header([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x90, 0x01, 0x2c, 0x01])],
    ['WebP, lossy', webp('VP8 ', [26, 0x90], [27, 0x01], [28, 0x2c], [29, 0x01])],
    // 399 and 299 in 14 bits each.
    ['WebP, lossless', webp('VP8L', [20, 0x2f], [21, 0x8f], [22, 0xc1], [23, 0x4a], [24, 0x00])],
    ['WebP, extended', webp('VP8X', [24, 0x8f], [25, 0x01], [27, 0x2b], [28, 0x01])],
    [
      'JPEG, behind another segment',
      header([
        0xff, 0xd8, 0xff, 0xe0, 0x00, 0x04, 0x00, 0x00, 0xff, 0xc2, 0x00, 0x11, 0x08, 0x01, 0x2c,
        0x01, 0x90,
      ]),
    ],
  ])('%s of 400 × 300', (_, bytes) => {
    expect(extraOf(image(bytes))).toBe(15 * 11);
  });

  function header(start: readonly number[]): Buffer {
    return Buffer.concat([Buffer.from(start), Buffer.alloc(64)]);
  }

  function webp(kind: string, ...places: readonly (readonly [number, number])[]): Buffer {
    const bytes = Buffer.alloc(64);
    bytes.write('RIFF', 0);
    bytes.write('WEBP', 8);
    bytes.write(kind, 12);
    for (const [at, value] of places) bytes[at] = value;
    return bytes;
  }
});

describe('files', () => {
  const document = (source: JsonObject): JsonObject => ({ type: 'document', source });

  test('a PDF is so many pages as its bytes can hold', () => {
    const data = Buffer.alloc(10_000).toString('base64');
    expect(extraOf(document({ type: 'base64', data }))).toBe(3 * (3000 + 1600));
  });

  test('one that is not here is taken for twenty', () => {
    expect(extraOf(document({ type: 'file', file_id: 'file_1' }))).toBe(20 * (3000 + 1600));
  });

  test('plain text is a text', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'The sea.' };
    const input = inputOf({ messages: [{ role: 'user', content: [document(source)] }] });
    expect(input.texts).toEqual(['The sea.']);
  });
});

test('sealed thinking counts by its bytes', () => {
  const signature = Buffer.alloc(900).toString('base64');
  expect(extraOf({ type: 'thinking', thinking: '', signature })).toBe(900);
  expect(extraOf({ type: 'redacted_thinking', data: signature })).toBe(900);
});

test('what found pages hold is sealed too', () => {
  const encrypted_content = Buffer.alloc(900).toString('base64');
  const result = { type: 'web_search_result', url: 'https://x', title: 'X', encrypted_content };
  const block = { type: 'web_search_tool_result', tool_use_id: 's', content: [result] };
  expect(extraOf(block)).toBeGreaterThan(900);
});

test('thinking and a format of the answer bring prompts of their own', () => {
  const plain = inputOf({}).extraTokens;
  expect(inputOf({ thinking: { type: 'enabled' } }).extraTokens).toBe(plain + 64);
  const format = { type: 'json_schema', schema: { type: 'object' } };
  const asked = inputOf({ output_config: { format } });
  expect(asked.texts).toEqual([JSON.stringify(format)]);
  expect(asked.extraTokens).toBe(plain + 512 + 8);
});

test.each([
  ['a', 1],
  ['Ǡ', 3],
  ['Ẁ', 4.5],
  ['🌊', 6],
])('%s may take %d tokens', (letter, most) => {
  const empty = inputOf({ messages: [{ role: 'user', content: '' }] });
  const { maxTokens } = inputOf({ messages: [{ role: 'user', content: letter }] });
  expect(maxTokens - empty.maxTokens).toBeGreaterThanOrEqual(most);
});
