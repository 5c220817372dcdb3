// Programs under the preload, in processes of their own, whose SDKs call something else than fetch.
import type { RunResult } from '@spendfuse/testkit';
import { type ProgramText, runText } from './program.ts';

export interface Program extends Omit<ProgramText, 'text'> {
  /** Body of an async function in which `say(value)` writes a line of JSON. */
  readonly source: string;
  /** Names of default imports by package; `{ a }` takes names. */
  readonly imports?: Readonly<Record<string, string>> | undefined;
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
  const { source, imports = {}, modules = 'mjs', ...more } = program;
  const head = Object.entries(imports).map(([name, binding]) =>
    modules === 'cjs'
      ? `const ${binding} = ${defaultOf(binding, `require(${JSON.stringify(name)})`)};`
      : `import ${binding} from '${name}';`,
  );
  const main = `const main = async () => { ${source} };\nmain();`;
  const result = await runText({ ...more, modules, text: [...head, HELPERS, main].join('\n') });
  const lines = result.stdout.trim().split('\n').filter(Boolean);
  return { ...result, said: lines.map((line): unknown => JSON.parse(line)) };
}

/** SDKs put their class at \`default\` of what is required. */
function defaultOf(binding: string, required: string): string {
  return binding.startsWith('{') ? required : `((m) => m.default ?? m)(${required})`;
}
