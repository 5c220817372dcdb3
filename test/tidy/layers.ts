// Who may import whom: the table of ARCHITECTURE.md as data, for the tidy tests and the linter's rules.

/** Package folder → the workspace packages its shipped code may import. */
export const layers = {
  core: [],
  providers: ['core'],
  authority: ['core'],
  protocol: ['core'],
  client: ['core', 'protocol'],
  guard: ['core', 'providers'],
  instrumentation: ['client', 'core', 'guard', 'providers'],
  sidecar: ['authority', 'core', 'guard', 'protocol'],
  spendfuse: [
    'authority',
    'client',
    'core',
    'guard',
    'instrumentation',
    'protocol',
    'providers',
    'sidecar',
  ],
  testkit: [
    'authority',
    'client',
    'core',
    'guard',
    'instrumentation',
    'protocol',
    'providers',
    'sidecar',
    'spendfuse',
  ],
} as const satisfies Record<string, readonly string[]>;

export type PackageFolder = keyof typeof layers;

export const packageFolders = Object.keys(layers) as PackageFolder[];

/** Packages without Node: no `node:*` in what they ship. */
export const pureFolders: readonly PackageFolder[] = ['core', 'providers'];

export function packageName(folder: string): string {
  return folder === 'spendfuse' ? 'spendfuse' : `@spendfuse/${folder}`;
}
