// Error replies as Bedrock's runtime writes them: a type in a header, a message in the body.
import type { FakeBedrockError } from './reply.ts';

const TYPES: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};

export interface ErrorReply {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly message: string };
}

export function errorReply(error: FakeBedrockError): ErrorReply {
  const type = error.type ?? TYPES[error.status] ?? 'UnknownException';
  const message = error.message ?? `The request failed with ${type}.`;
  return { headers: { 'x-amzn-errortype': `${type}:` }, body: { message } };
}

export function invalid(message: string): FakeBedrockError {
  return { status: 400, message };
}
