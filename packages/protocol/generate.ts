// Makes src/gen from the proto files; `pnpm --filter @spendfuse/protocol generate` runs it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pbjs from 'protobufjs-cli/pbjs.js';

const proto = 'spendfuse/v1/budget.proto';
const banner = `/* oxlint-disable -- Generated from ${proto} by generate.ts: edit those instead. */\n`;

process.chdir(import.meta.dirname);
const scratch = mkdtempSync(join(tmpdir(), 'generate-'));
try {
  // The types are made from comments that the code itself can do without.
  await generate(join(scratch, 'typed.js'), ['--dts']);
  await generate(join(scratch, 'budget.js'), ['--no-comments']);
  mkdirSync('src/gen', { recursive: true });
  const types = readFileSync(join(scratch, 'typed.d.ts'), 'utf8');
  writeFileSync('src/gen/budget.d.ts', banner + types.replace(/^import Long.*\n/m, ''));
  const code = readFileSync(join(scratch, 'budget.js'), 'utf8');
  writeFileSync('src/gen/budget.js', banner + withoutLong(code));
} finally {
  rmSync(scratch, { recursive: true });
}

function generate(out: string, more: readonly string[]): Promise<void> {
  const leftOut = ['create', 'verify', 'convert', 'delimited', 'typeurl', 'service'];
  const flags =
    '--target static-module --wrap esm --dependency protobufjs/minimal.js --root spendfuse ' +
    `--path proto --force-number --null-semantics --no-${leftOut.join(' --no-')}`;
  const args = [...flags.split(' '), ...more, '--out', out, proto];
  return new Promise((resolve, reject) => {
    pbjs.main(args, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

/** `--force-number` changes the types only: the default of an int64 would still be a Long. */
function withoutLong(code: string): string {
  const defaults =
    /\$util\.Long \? \$util\.Long\.from(?:Bits\(0,0,false\)|Number\(0, false\)) : 0/g;
  const plain = code.replaceAll(defaults, '0');
  if (plain.includes('util.Long')) throw new Error('the generated code uses Long in a new way');
  return plain;
}
