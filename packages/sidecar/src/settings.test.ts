// Settings: flag before environment before default, and one clear error for each mistake.
import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('without anything the defaults hold', () => {
  expect(readSettings({ env: { XDG_STATE_HOME: '/state' } })).toEqual({
    configFile: undefined,
    dataFolder: '/state/spendfuse/sidecar',
    pricesFile: '/state/spendfuse/prices.json',
    retentionMs: 400 * 86_400_000,
    grpcListen: { host: '127.0.0.1', port: 4750 },
    socketPath: undefined,
    httpListen: { host: '127.0.0.1', port: 4751 },
    adminListen: { host: '127.0.0.1', port: 4752 },
    adminToken: undefined,
    adminRead: 'open',
    adminTlsCert: undefined,
    adminTlsKey: undefined,
    adminTlsClientCa: undefined,
    durability: 'disk',
    otlpEndpoint: undefined,
    logLevel: 'info',
  });
});

test('a flag goes before the environment, the environment before the default', () => {
  const env = { SPENDFUSE_GRPC_LISTEN: '0.0.0.0:1', SPENDFUSE_HTTP_LISTEN: '[::1]:2' };
  const settings = readSettings({ env, flags: { grpcListen: 'localhost:3' } });
  expect(settings.grpcListen).toEqual({ host: 'localhost', port: 3 });
  expect(settings.httpListen).toEqual({ host: '::1', port: 2 });
});

test('an empty variable counts as absent', () => {
  expect(readSettings({ env: { SPENDFUSE_DURABILITY: '' } }).durability).toBe('disk');
});

test('`none` turns a listener off, `memory` the ledger on disk', () => {
  const settings = readSettings({
    env: { SPENDFUSE_HTTP_LISTEN: 'none', SPENDFUSE_DATA: 'memory' },
  });
  expect(settings.httpListen).toBeUndefined();
  expect(settings.dataFolder).toBeUndefined();
});

test.each([
  ['SPENDFUSE_GRPC_LISTEN', '4750', /SPENDFUSE_GRPC_LISTEN: "4750" is no host:port/],
  ['SPENDFUSE_GRPC_LISTEN', 'localhost:70000', /is no host:port/],
  ['SPENDFUSE_HTTP_LISTEN', 'http://localhost:1', /is no host:port/],
  ['SPENDFUSE_ADMIN_LISTEN', '4752', /is no host:port/],
  ['SPENDFUSE_ADMIN_TOKEN', 'short', /needs 32 characters/],
  ['SPENDFUSE_ADMIN_READ', 'yes', /is not one of open, token/],
  ['SPENDFUSE_DURABILITY', 'ram', /"ram" is not one of disk, process/],
  ['SPENDFUSE_RETENTION', '1d', /at least 2d, or forever/],
  ['SPENDFUSE_RETENTION', 'long', /"long" is no retention/],
  ['SPENDFUSE_LOG', 'loud', /"loud" is not one of silent, error, warn, info, debug/],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', /is no URL/],
])('%s=%s is refused', (name, value, message) => {
  expect(() => readSettings({ env: { [name]: value } })).toThrow(message);
});

test('a wrong flag is named as the user typed it', () => {
  expect(() => readSettings({ env: {}, flags: { durability: 'ram' } })).toThrow(/^--durability: /);
});
