// The gRPC side of all operations: unary calls, watches and sessions, and their end when draining.
import type {
  handleUnaryCall,
  MethodDefinition,
  Server,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { type BudgetAuthority, SpendfuseError } from '@spendfuse/core';
import {
  budgetService,
  CallCache,
  errorToStatus,
  onWire,
  type Verb,
  VERBS,
  type WireBalancesRequest,
} from '@spendfuse/protocol';
import { lenient } from './lenient.ts';
import { operations, type ServedAuthority } from './operations.ts';
import { Session, type SessionStream } from './session.ts';
import { type WatchCall, watchBalances } from './watch-balances.ts';

export interface Handlers {
  addTo(server: Pick<Server, 'addService'>): void;
  /** Ends watches at once, sessions when they have answered what they have taken. */
  finish(): void;
}

export function createHandlers(authority: ServedAuthority): Handlers {
  const streams = new Set<{ finish(): void }>();
  const cache = new CallCache();
  const track = (stream: { finish(): void }, call: WatchCall | SessionStream): void => {
    streams.add(stream);
    call.once('cancelled', () => streams.delete(stream));
  };
  const implementation = {
    ...Object.fromEntries(VERBS.map((verb) => [verb, unary(authority, verb)])),
    watchBalances: (call: WatchCall) => track(watch(authority, call), call),
    session: (stream: SessionStream) => track(new Session({ stream, authority, cache }), stream),
  } as unknown as UntypedServiceImplementation;
  return {
    addTo: (server) => server.addService(serverSide, implementation),
    finish: () => {
      for (const stream of streams) stream.finish();
    },
  };
}

function unary(
  authority: BudgetAuthority,
  verb: Verb,
): handleUnaryCall<object | SpendfuseError, object> {
  return (call, callback) => {
    // Nobody waits for the answer any more: grpc-js has sent the status, or is about to.
    if (call.cancelled || Number(call.getDeadline()) <= Date.now()) return;
    readable(call.request)
      .then((message) => answerTo(authority, verb, message))
      .then(
        (reply) => callback(null, reply),
        (error: unknown) => callback(errorToStatus(error)),
      );
  };
}

async function answerTo<V extends Verb>(
  authority: BudgetAuthority,
  verb: V,
  message: object,
): Promise<object> {
  const request = onWire[verb].requestFromWire(message);
  return onWire[verb].answerToWire(request, await operations[verb](authority, request));
}

function watch(authority: BudgetAuthority, call: WatchCall): { finish(): void } {
  const controller = new AbortController();
  const { signal } = controller;
  call.once('cancelled', () => controller.abort());
  call.on('error', () => controller.abort());
  void readable<WireBalancesRequest>(call.request)
    .then((request) => watchBalances({ authority, request, call, signal }))
    .catch((error: unknown) => (signal.aborted ? draining() : error))
    .then((error) => call.emit('error', errorToStatus(error ?? draining())));
  return { finish: () => controller.abort() };
}

function draining(): SpendfuseError {
  const message = 'the authority is shutting down';
  return new SpendfuseError({ code: 'UNAVAILABLE', message });
}

async function readable<T extends object>(request: T | SpendfuseError): Promise<T> {
  if (request instanceof SpendfuseError) throw request;
  return request;
}

const serverSide = {
  ...Object.fromEntries(
    Object.entries(budgetService).map(([name, definition]) => [
      name,
      lenient(definition as MethodDefinition<object, object>),
    ]),
  ),
  // Reads and packs its messages itself.
  session: {
    ...budgetService.session,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
  },
} as unknown as ServiceDefinition;
