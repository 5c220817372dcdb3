// What is taken for the same request on its way, and what is one of its own.
import { providers } from '@spendfuse/providers';
import { describe, expect, test } from 'vitest';
import { isSameRequest, type Sent } from './same-request.ts';

const openai = providers.find(({ name }) => name === 'openai');
if (!openai) throw new Error('no openai');

type Fields = Readonly<Record<string, unknown>>;

const ASKED = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] };
const CHAT = 'https://api.openai.com/v1/chat/completions';

function sent(fields: Fields | string | undefined, at = CHAT): Sent {
  const url = new URL(at);
  const text = typeof fields === 'string' ? fields : JSON.stringify(fields);
  const match = openai?.match({ method: 'POST', path: url.pathname });
  return {
    url,
    body: fields === undefined ? undefined : { kind: 'json', text },
    api: openai && match?.kind === 'metered' ? { provider: openai, match } : undefined,
  };
}

describe('the same', () => {
  test.each<[what: string, below: Sent]>([
    ['untouched', sent(ASKED)],
    ['sent elsewhere', sent(ASKED, 'https://gateway.example/openai/chat')],
    ['with more fields', sent({ ...ASKED, user: 'me', temperature: 0 })],
    [
      'with more fields, elsewhere',
      sent({ ...ASKED, user: 'me' }, 'https://gateway.example/v1/chat/completions'),
    ],
    ['unreadable, at the same place', sent(undefined, `${CHAT}?key=1`)],
  ])('%s', (_, below) => expect(isSameRequest(sent(ASKED), below)).toBe(true));
});

describe('another', () => {
  test.each<[what: string, below: Sent]>([
    [
      'another question',
      sent({ ...ASKED, messages: [{ role: 'user', content: 'is it safe? hello' }] }),
    ],
    ['another model', sent({ ...ASKED, model: 'gpt-4o-mini' })],
    [
      'one more message',
      sent({ ...ASKED, messages: [...ASKED.messages, { role: 'user', content: 'x' }] }),
    ],
    [
      'another API',
      sent({ model: 'gpt-4o', input: 'hello' }, 'https://api.openai.com/v1/responses'),
    ],
    ['unreadable, elsewhere', sent(undefined, 'https://gateway.example/v1/chat/completions')],
    ['no JSON', sent('hello')],
    [
      'other fields at a host that nobody knows',
      { ...sent({ ...ASKED, user: 'me' }), api: undefined },
    ],
  ])('%s', (_, below) => expect(isSameRequest(sent(ASKED), below)).toBe(false));
});

test('forms are compared by their fields', () => {
  const form = (language: string): Sent => ({
    url: new URL('https://api.openai.com/v1/audio/transcriptions'),
    body: { kind: 'form', fields: { model: 'whisper-1', language } },
  });
  expect(isSameRequest(form('en'), form('en'))).toBe(true);
  expect(isSameRequest(form('en'), form('de'))).toBe(false);
});
