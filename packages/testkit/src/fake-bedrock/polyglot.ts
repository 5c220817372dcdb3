// A server that speaks HTTP/1.1 and cleartext HTTP/2 on one port.
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { constants, createServer as createHttp2Server, type Http2ServerResponse } from 'node:http2';
import { createServer, type Server } from 'node:net';
import { type Answering, KEEP_ALIVE_MS } from '../fake-provider/fake.ts';

/** How a connection that speaks HTTP/2 begins (RFC 9113, section 3.4). */
const PREFACE = 'PRI * HTTP/2';

/** The first bytes of a connection tell which of two servers it is for. */
export function polyglotServer(answer: Answering): Server {
  const http1 = createHttpServer({ keepAliveTimeout: KEEP_ALIVE_MS }, answer);
  const http2 = createHttp2Server((request, response) => {
    // Node's own stand-ins for the objects of HTTP/1.1, which lack nothing that is used here.
    answer(request as unknown as IncomingMessage, breakable(response));
  });
  http2.on('sessionError', () => {});
  return createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      const isHttp2 = first.toString('latin1', 0, PREFACE.length) === PREFACE;
      (isHttp2 ? http2 : http1).emit('connection', socket);
      if (!isHttp2) process.nextTick(() => socket.resume());
    });
  });
}

/** A stream that is destroyed ends as if it were whole; one that breaks has to say so. */
function breakable(response: Http2ServerResponse): ServerResponse {
  const { stream } = response;
  return Object.assign(response, {
    destroy: () => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
  }) as unknown as ServerResponse;
}
