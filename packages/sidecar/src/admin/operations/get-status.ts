// How the sidecar is doing.
import { z } from 'zod';
import { operation } from '../operation.ts';
import { amount, instant, instantOf } from '../schemas/values.ts';

export const getStatus = operation({
  name: 'getStatus',
  summary: 'How the sidecar is doing',
  access: 'read',
  http: { method: 'get', path: '/api/status' },
  input: z.strictObject({}),
  output: z
    .object({
      version: z.string(),
      ready: z.boolean().meta({ description: 'Whether calls can be decided' }),
      startedAt: instant,
      openReservations: amount,
      catalogue: z.string().meta({ description: 'Version of the price catalogue' }),
      config: z
        .object({
          file: z.string(),
          loadedAt: instant.meta({ description: 'When the file in force was read' }),
          error: z
            .string()
            .nullable()
            .meta({ description: 'Of the file as it is now; the one before is in force' }),
        })
        .nullable(),
    })
    .meta({ id: 'Status' }),
  run({ authority, server }) {
    const { version, ready, startedAtMs, catalogue, config } = server();
    return {
      version,
      ready,
      startedAt: instantOf(startedAtMs),
      openReservations: String(authority.openReservations()),
      catalogue,
      config: config
        ? {
            file: config.file,
            loadedAt: instantOf(config.loadedAtMs),
            error: config.error ?? null,
          }
        : null,
    };
  },
});
