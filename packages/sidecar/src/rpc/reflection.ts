// Server reflection, so that grpcurl and others need no proto files.
import type { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { PROTO_FILE, protoFolder } from '@spendfuse/protocol';
import { protoPath as healthProto } from 'grpc-health-check';

export function addReflection(server: Pick<Server, 'addService'>): void {
  const files = [PROTO_FILE, healthProto];
  const definitions = loadSync(files, { includeDirs: [protoFolder()], keepCase: true });
  new ReflectionService(definitions).addToServer(server);
}
