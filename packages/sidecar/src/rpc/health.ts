// grpc.health.v1: SERVING while verbs are answered, NOT_SERVING when not ready or draining.
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  Server,
  ServerWritableStream,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { SERVICE_NAME } from '@spendfuse/protocol';
import { HealthImplementation } from 'grpc-health-check';

const LOOK_EVERY_MS = 250;

export interface Health {
  addTo(server: Pick<Server, 'addService'>): void;
  /** From now on NOT_SERVING; who watches is told, then their streams end. */
  finish(): void;
}

export function createHealth(isReady: () => boolean): Health {
  const names = ['', SERVICE_NAME];
  const health = new HealthImplementation();
  const watches = new Set<ServerWritableStream<unknown, unknown>>();
  let shown: boolean | undefined;
  let finished = false;
  const look = (): void => {
    const ready = !finished && isReady();
    if (ready === shown) return;
    shown = ready;
    for (const name of names) health.setStatus(name, ready ? 'SERVING' : 'NOT_SERVING');
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return {
    addTo: (server) => {
      const addService = (definition: ServiceDefinition, inner: UntypedServiceImplementation) => {
        const check: handleUnaryCall<unknown, unknown> = (call, callback) => {
          look();
          (inner['check'] as typeof check)(call, callback);
        };
        const watch: handleServerStreamingCall<unknown, unknown> = (call) => {
          watches.add(call);
          call.once('cancelled', () => watches.delete(call));
          (inner['watch'] as typeof watch)(call);
        };
        server.addService(definition, { ...inner, check, watch });
      };
      health.addToServer({ addService });
    },
    finish: () => {
      finished = true;
      clearInterval(timer);
      look();
      for (const call of watches) call.end();
    },
  };
}
