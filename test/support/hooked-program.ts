// Programs under the preload, in processes of their own, whose SDKs call something else than fetch.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunResult, runNode } from '@spendfuse/testkit';
import { preload } from './sidecar.ts';

/** Inside this package, so that programs find the SDKs as any program would. */
const scratch = fileURLToPath(new URL('../node_modules/.cache/hooked/', import.meta.url));

export interface Program {
  /** Body of an async function in which `say(value)` writes a line of JSON. */
  readonly source: string;
  /** Names of default imports by package; `{ a }` takes names. */
  readonly imports?: Readonly<Record<string, string>>;
  readonly modules?: 'cjs' | 'mjs';
  /** What comes before the file; default: the preload by `--require`. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The executable; default: the Node of the test. */
  readonly node?: string | undefined;
}

export interface ProgramResult extends RunResult {
  /** What was said. */
  readonly said: readonly unknown[];
}

/** What a thrown error is to the program, as JSON. */
const HELPERS = `
  const say = (value) => console.log(JSON.stringify(value ?? null));
  const caught = (error) => say({ name: error.name, reason: error.reason, cause: error.cause?.name });
`;

export async function runProgram(program: Program): Promise<ProgramResult> {
  const { source, imports = {}, modules = 'mjs', flags = ['--require', preload], env } = program;
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, 'program-'));
  try {
    const file = join(folder, `program.${modules}`);
    const head = Object.entries(imports).map(([name, binding]) =>
      modules === 'cjs'
        ? `const ${binding} = ${defaultOf(binding, `require(${JSON.stringify(name)})`)};`
        : `import ${binding} from '${name}';`,
    );
    const main = `const main = async () => { ${source} };\nmain();`;
    await writeFile(file, [...head, HELPERS, main].join('\n'));
    const args = [...flags, file];
    const result = await runNode({
      args,
      ...(env && { env }),
      ...(program.node && { node: program.node }),
    });
    const said = result.stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line): unknown => JSON.parse(line));
    return { ...result, said };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** SDKs put their class at \`default\` of what is required. */
function defaultOf(binding: string, required: string): string {
  return binding.startsWith('{') ? required : `((m) => m.default ?? m)(${required})`;
}
