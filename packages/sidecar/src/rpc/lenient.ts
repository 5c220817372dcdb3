// Requests that cannot be read: an error in their place, for the handler to answer.
import type { MethodDefinition } from '@grpc/grpc-js';
import { SpendfuseError } from '@spendfuse/core';

/**
 * A request that cannot be read becomes an error in its place, so that its sender is told
 * INVALID_ARGUMENT (grpc-js would answer INTERNAL).
 */
export function lenient<Request, Response>(
  definition: MethodDefinition<Request, Response>,
): MethodDefinition<Request | SpendfuseError, Response> {
  const requestDeserialize = (bytes: Buffer): Request | SpendfuseError => {
    try {
      return definition.requestDeserialize(bytes);
    } catch (error) {
      return SpendfuseError.from(error);
    }
  };
  return { ...definition, requestDeserialize } as MethodDefinition<
    Request | SpendfuseError,
    Response
  >;
}
