// The gRPC edge of the admin API: one method for each operation, and the export as a stream.
import { once } from 'node:events';
import type {
  handleUnaryCall,
  Metadata,
  Server,
  ServerUnaryCall,
  ServerWritableStream,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import type { Act } from '@spendfuse/authority';
import { SpendfuseError } from '@spendfuse/core';
import { errorToStatus, protoFolder } from '@spendfuse/protocol';
import { ADMIN_PROTO_FILE, type AdminMessage, loadAdminService } from '@spendfuse/protocol/admin';
import type { Access } from '../admin/access/access.ts';
import { nameOf } from '../admin/access/tls.ts';
import { exportEntries } from '../admin/export-entries.ts';
import type { AdminContext, AdminOperation } from '../admin/operation.ts';
import { adminOperations } from '../admin/operations.ts';
import type { Log } from '../log.ts';
import { lenient } from './lenient.ts';

export interface AdminServiceOptions {
  readonly context: AdminContext;
  readonly access: Access;
  readonly log: Log;
}

export function addAdminService(
  server: Pick<Server, 'addService'>,
  options: AdminServiceOptions,
): void {
  const definition = Object.fromEntries(
    Object.entries(loadAdminService()).map(([name, method]) => [name, lenient(method)]),
  );
  const implementation = {
    ...Object.fromEntries(adminOperations.map((each) => [each.name, unary(each, options)])),
    [exportEntries.name]: (call: ExportCall) => void sendExport(call, options),
  } as unknown as UntypedServiceImplementation;
  server.addService(definition, implementation);
  const files = loadSync([ADMIN_PROTO_FILE], { includeDirs: [protoFolder()], keepCase: true });
  new ReflectionService(files).addToServer(server);
}

type Sent = AdminMessage | SpendfuseError;
type ExportCall = ServerWritableStream<Sent, { readonly data: Uint8Array }>;

function unary(
  operation: AdminOperation,
  { context, access, log }: AdminServiceOptions,
): handleUnaryCall<Sent, AdminMessage> {
  return (call, callback) => {
    const answer = async (): Promise<AdminMessage> => {
      const act = admit(access, operation.access, call);
      return (await operation.answer(context, readable(call.request), act)) as AdminMessage;
    };
    answer().then(
      (message) => callback(null, message),
      (thrown: unknown) => callback(statusOf(thrown, { log, method: operation.name })),
    );
  };
}

const MAX_PIECE_BYTES = 256 * 1024;

async function sendExport(call: ExportCall, options: AdminServiceOptions): Promise<void> {
  const { context, access, log } = options;
  const ended = new AbortController();
  call.once('cancelled', () => ended.abort());
  try {
    admit(access, exportEntries.access, call);
    const { texts } = await exportEntries.answer(context, readable(call.request));
    for await (const text of texts) {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += MAX_PIECE_BYTES) {
        if (ended.signal.aborted) return;
        const more = call.write({ data: bytes.subarray(at, at + MAX_PIECE_BYTES) });
        if (!more) await once(call, 'drain', { signal: ended.signal });
      }
    }
    call.end();
  } catch (thrown) {
    if (ended.signal.aborted) return;
    call.emit('error', statusOf(thrown, { log, method: exportEntries.name }));
  }
}

type AnyCall = Pick<ServerUnaryCall<unknown, unknown>, 'getAuthContext' | 'getPeer'> & {
  readonly metadata: Metadata;
};

function admit(access: Access, need: 'read' | 'write', call: AnyCall): Act {
  const [authorization] = call.metadata.get('authorization');
  return access.admit(need, {
    authorization: authorization === undefined ? undefined : String(authorization),
    certificate: nameOf(call.getAuthContext().sslPeerCertificate),
    // Without the port.
    address: call.getPeer().replace(/:\d+$/u, ''),
  });
}

function readable(request: Sent): AdminMessage {
  if (request instanceof SpendfuseError) throw request;
  return request;
}

/** A defect of ours keeps its message to the log. */
function statusOf(thrown: unknown, { log, method }: { log: Log; method: string }) {
  const error = SpendfuseError.from(thrown);
  if (error.code !== 'INTERNAL') return errorToStatus(error);
  log.error('admin call failed', { method, error: error.message });
  return errorToStatus(new SpendfuseError({ code: 'INTERNAL', message: 'internal error' }));
}
