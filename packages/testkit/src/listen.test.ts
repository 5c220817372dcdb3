// A server that is started on a free port, ended with a call under way, and started again.
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { listen } from './listen.ts';

test('closing breaks what is under way, and the port can be taken again', async () => {
  let isHeld = true;
  const server = createServer((_, response) => {
    if (isHeld) void listening.close();
    else response.end('here');
  });
  const listening = await listen(server);
  const { origin, port } = listening;
  await expect(fetch(origin)).rejects.toThrow('fetch failed');
  await listening.close();
  await expect(fetch(origin)).rejects.toThrow('fetch failed');

  isHeld = false;
  const again = await listen(server, port);
  expect(again.origin).toBe(origin);
  expect(await (await fetch(origin)).text()).toBe('here');
  await again.close();
});

test('a port that is taken is an error', async () => {
  const { port, close } = await listen(createServer());
  await expect(listen(createServer(), port)).rejects.toThrow('EADDRINUSE');
  await close();
});
