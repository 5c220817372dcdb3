// The gRPC channel to an endpoint, with retries, channelz, proxies and DNS extras off.
import { Client as GrpcClient, credentials } from '@grpc/grpc-js';
import { SpendfuseError } from '@spendfuse/core';
import { MAX_MESSAGE_BYTES } from '@spendfuse/protocol';

const CHANNEL_OPTIONS = {
  'grpc.enable_channelz': 0,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  // Reconnecting is paced by the connection, with a new channel for each attempt.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  // A reserve may wait long for its answer: only this tells a patient authority from an absent one.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
};

export function openChannel(target: string): GrpcClient {
  return new GrpcClient(target, credentials.createInsecure(), CHANNEL_OPTIONS);
}

const HOST_AND_PORT = /^(?:\[[0-9a-f:.]+\]|[^\s:/]+):(\d{1,5})$/i;

/**
 * `unix:/path` or `host:port` as gRPC names it.
 * @throws SpendfuseError `CONFIG` for anything else.
 */
export function targetOf(endpoint: string): string {
  if (endpoint.startsWith('unix:/')) return endpoint;
  const port = Number(HOST_AND_PORT.exec(endpoint)?.[1]);
  if (port >= 1 && port <= 65_535) return `dns:${endpoint}`;
  const message = `endpoint: "${endpoint}" is neither unix:/path nor host:port`;
  throw new SpendfuseError({ code: 'CONFIG', message, field: 'endpoint' });
}
