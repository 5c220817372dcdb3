// The linter's rules: bugs as errors, sizes, and who may import whom (from layers.ts).
import { defineConfig } from 'oxlint';
import { layers, type PackageFolder, packageFolders, packageName, pureFolders } from './layers.ts';

export default defineConfig({
  plugins: ['typescript', 'import', 'oxc', 'unicorn'],
  categories: { correctness: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['**/dist/**', '**/gen/**', '**/fixtures/**'],
  rules: {
    eqeqeq: 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'max-lines': ['error', { max: 400 }],
    'max-lines-per-function': ['error', { max: 70 }],
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'typescript/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': [
      'error',
      { considerDefaultExhaustiveForUnions: true },
    ],
  },
  overrides: [
    ...packageFolders.map((folder) => ({
      files: [`**/packages/${folder}/src/**`],
      rules: { 'no-restricted-imports': forbid(folder, pureFolders.includes(folder)) },
    })),
    ...packageFolders.map((folder) => ({
      files: [`**/packages/${folder}/src/**/*.test.ts`],
      rules: { 'no-restricted-imports': forbid(folder, false, 'testkit') },
    })),
    {
      files: [
        '**/*.test.ts',
        '**/test/{e2e,faults,bench,conformance,tidy}/**',
        '**/packages/testkit/**',
      ],
      rules: { 'max-lines-per-function': 'off' },
    },
    {
      files: ['**/*.config.ts', '**/examples/**'],
      rules: { 'import/no-default-export': 'off' },
    },
  ],
});

type Restricted = ['error', { patterns: { group: string[]; message: string }[] }];

function forbid(folder: PackageFolder, pure: boolean, ...more: PackageFolder[]): Restricted {
  const allowed: readonly string[] = [...layers[folder], ...more];
  const names = packageFolders.filter((other) => !allowed.includes(other)).map(packageName);
  const patterns = [
    {
      group: names.flatMap((name) => [name, `${name}/**`]),
      message: `${folder} may import only: ${allowed.join(', ') || 'nothing'} (test/tidy/layers.ts).`,
    },
    ...(pure ? [{ group: ['node:*'], message: `${folder} works without Node.` }] : []),
  ];
  return ['error', { patterns }];
}
