// A sidecar with an admin plane and a little history: u1 has spent $0.0035, u2 was refused once.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mintId, type ReserveRequest, usageOf } from '@spendfuse/core';
import { createLog, type Sidecar, type SidecarOptions, startSidecar } from '@spendfuse/sidecar';
import { tempFolder } from '@spendfuse/testkit';
import { readToken } from './edges.ts';

const BUDGETS = `
budgets:
  - id: daily
    per: [user]
    limits: [$1/day, 100 requests/day]
  - id: total
    limits: [$20]
`;

export interface SpentSidecar extends AsyncDisposable {
  readonly sidecar: Sidecar;
  /** Of the admin plane. */
  readonly url: string;
  readonly token: string;
  readonly folder: string;
  logged(): string;
}

export async function startSpent(options: Partial<SidecarOptions> = {}): Promise<SpentSidecar> {
  const folder = await tempFolder();
  const configFile = join(folder.path, 'budgets.yaml');
  await writeFile(configFile, BUDGETS);
  const lines: string[] = [];
  const sidecar = await startSidecar({
    configFile,
    dataFolder: join(folder.path, 'data'),
    durability: 'process',
    adminListen: { host: '127.0.0.1', port: 0 },
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
    ...options,
  });
  await spend(sidecar);
  const { adminTokenFile, addresses } = sidecar;
  return {
    sidecar,
    url: addresses.admin ?? '',
    token: adminTokenFile === undefined ? '' : readToken(adminTokenFile),
    folder: folder.path,
    logged: () => lines.join(''),
    async [Symbol.asyncDispose]() {
      await sidecar.stop();
      await folder.remove();
    },
  };
}

async function spend({ authority }: Sidecar): Promise<void> {
  const granted = request('u1', 1000);
  await authority.reserve(granted);
  const usage = usageOf({ inputTokens: 1000, outputTokens: 100 });
  await authority.commit({ id: granted.id, usage, usageSource: 'provider' });
  await authority.reserve(request('u2', 1_000_000));
}

function request(user: string, tokens: number): ReserveRequest {
  return {
    id: mintId({ nowMs: Date.now(), random: crypto.getRandomValues(new Uint8Array(10)) }),
    call: { labels: { user }, provider: 'openai', model: 'gpt-4o', operation: 'chat' },
    estimate: {
      inputBound: { tokens, exact: true },
      maxOutputTokens: 100,
      choices: 1,
      clampable: false,
    },
  };
}
