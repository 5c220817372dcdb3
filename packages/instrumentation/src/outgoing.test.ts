// What is about to be sent: every form of body is read, and sent as it was or with what was changed.
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { readOutgoing } from './outgoing.ts';

interface Sent {
  readonly url: string;
  readonly body: string;
  readonly headers: Headers;
}

function outgoing(...[input, init]: Parameters<typeof fetch>) {
  const sent: Sent[] = [];
  const original: typeof fetch = async (...args) => {
    const request = new Request(...args);
    sent.push({ url: request.url, headers: request.headers, body: await request.text() });
    return new Response();
  };
  const url = new URL(input instanceof Request ? input.url : String(input));
  return { sent, ...readOutgoing(original, { input, init, url }) };
}

const place = 'https://api.example.com/v1/models/a:generate?alt=sse';
const json = '{"a":1}';

describe('a body of any kind is read and sent unchanged', () => {
  const streamed = (): ReadableStream => new Response(json).body as ReadableStream;
  test.each([
    ['text', () => outgoing(place, { method: 'POST', body: json })],
    ['bytes', () => outgoing(place, { method: 'POST', body: new TextEncoder().encode(json) })],
    ['a blob', () => outgoing(place, { method: 'POST', body: new Blob([json]) })],
    [
      'a stream',
      () => outgoing(place, { method: 'POST', body: streamed(), duplex: 'half' } as RequestInit),
    ],
    ['a Request', () => outgoing(new Request(place, { method: 'POST', body: json }))],
  ])('%s', async (_, make) => {
    const { body, send, sent } = make();
    expect(await body()).toEqual({ kind: 'json', text: json });
    await send({});
    expect(sent).toMatchObject([{ url: place, body: json }]);
  });

  test('bytes that are no text are refused, and there is no body to read in a GET', async () => {
    const bytes = new Uint8Array([0xff, 0xfe, 0xfd]);
    await expect(outgoing(place, { method: 'POST', body: bytes }).body()).rejects.toThrow();
    await expect(outgoing(place).body()).rejects.toThrow('no body');
  });
});

describe('a form', () => {
  const form = (): FormData => {
    const data = new FormData();
    data.append('model', 'whisper-1');
    data.append('file', new File([new Uint8Array(1000)], 'a.mp3', { type: 'audio/mpeg' }));
    data.append('include[]', 'logprobs');
    data.append('include[]', 'segments');
    return data;
  };
  const fields = {
    model: 'whisper-1',
    file: { name: 'a.mp3', type: 'audio/mpeg', bytes: 1000 },
    'include[]': ['logprobs', 'segments'],
  };

  test.each([
    ['as an object', () => outgoing(place, { method: 'POST', body: form() })],
    ['in a Request', () => outgoing(new Request(place, { method: 'POST', body: form() }))],
    [
      'as bytes',
      async () => {
        const { headers, body } = new Request(place, { method: 'POST', body: form() });
        const bytes = await new Response(body).arrayBuffer();
        return outgoing(place, { method: 'POST', headers, body: bytes });
      },
    ],
  ])('%s is fields, of a file only its size, and is sent with its bytes', async (_, make) => {
    const { body, send, sent } = await make();
    expect(await body()).toEqual({ kind: 'form', fields });
    await send({});
    expect(sent[0]?.body.length).toBeGreaterThan(1000);
    expect(sent[0]?.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=/u);
  });
});

describe('changes', () => {
  test.each([
    ['a URL', () => outgoing(place, { method: 'POST', body: json, headers: { 'x-key': 'k' } })],
    [
      'a Request',
      () => outgoing(new Request(place, { method: 'POST', body: json, headers: { 'x-key': 'k' } })),
    ],
  ])('of body and path keep the rest of %s', async (_, make) => {
    const { send, sent } = make();
    await send({ bodyText: '{"b":2}', path: '/v1/models/b:generate' });
    expect(sent).toMatchObject([
      { url: 'https://api.example.com/v1/models/b:generate?alt=sse', body: '{"b":2}' },
    ]);
    expect(sent[0]?.headers.get('x-key')).toBe('k');
  });

  const bytes = new TextEncoder().encode(json);
  const blob = new Blob([json], { type: 'application/json' });
  test.each<[string, RequestInit, string | null]>([
    ['bytes have none', { body: bytes }, null],
    ['a blob has its own', { body: blob }, 'application/json'],
    [
      'a header goes before it',
      { body: blob, headers: { 'content-type': 'text/json' } },
      'text/json',
    ],
    ['a text is plain', { body: json }, 'text/plain;charset=UTF-8'],
  ])('of a body keep its type: %s', async (_, init, type) => {
    const given = { method: 'POST', ...init };
    for (const made of [outgoing(place, given), outgoing(new Request(place, given))]) {
      await made.send({ bodyText: '{"b":2}' });
      expect(made.sent[0]?.body).toBe('{"b":2}');
      expect(made.sent[0]?.headers.get('content-type')).toBe(type);
    }
  });

  test('a length that was given is not that of another body', async () => {
    const headers = { 'content-length': String(json.length) };
    const { send, sent } = outgoing(place, { method: 'POST', body: json, headers });
    await send({ bodyText: '{"a":1,"more":"text"}' });
    expect(sent[0]?.body).toBe('{"a":1,"more":"text"}');
    expect(sent[0]?.headers.get('content-length')).not.toBe(headers['content-length']);
  });
});

describe('an abort is heard after a garbage collection, as it would be without us', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const init = { method: 'POST', body: json };
  const other = { bodyText: '{"b":2}' };
  const elsewhere = { path: '/v1/models/b:generate' };
  const cases: readonly [string, (signal: AbortSignal) => Parameters<typeof fetch>, object][] = [
    ['by who sent a Request', (signal) => [new Request(place, { ...init, signal })], other],
    ['by who sent it elsewhere', (signal) => [new Request(place, { ...init, signal })], elsewhere],
    ['by who gave a signal beside', (signal) => [new Request(place, init), { signal }], other],
    ['by who sent a URL', (signal) => [place, { ...init, signal }], other],
  ];

  test.each(cases)('%s', async (_, argumentsFor, change) => {
    const controller = new AbortController();
    const given = argumentsFor(controller.signal);
    let fetched: Request | undefined;
    const original: typeof fetch = async (...args) => {
      // As fetch does: it keeps a Request of its own, and none that it is given.
      fetched = new Request(...args);
      return new Response();
    };
    const [input, init] = given;
    await readOutgoing(original, { input, init, url: new URL(place) }).send(change);
    for (let times = 0; times < 5; times++) {
      await turn();
      collect();
    }
    controller.abort();
    expect(fetched?.signal.aborted).toBe(true);
    expect(given[0]).toBe(input);
  });
});
