// Says how the arms of the comparison stand to each other: what each adds to the bare app, then ratios.
import type { Compared } from './compare.ts';

/** One column of the table. */
interface Column {
  readonly head: string;
  readonly of: (arm: Compared) => number;
  readonly digits: number;
}

const COLUMNS: readonly Column[] = [
  { head: 'unary p50 ms', of: ({ unary }) => unary.p50Us / 1000, digits: 2 },
  { head: 'unary CPU ms', of: ({ unary }) => unary.cpuUs / 1000, digits: 2 },
  { head: 'chunk µs', of: ({ chunk }) => chunk.p50Us, digits: 1 },
  { head: 'chunk CPU µs', of: ({ chunk }) => chunk.cpuUs, digits: 1 },
  { head: 'open stream kB', of: ({ streamBytes }) => streamBytes / 1000, digits: 1 },
  { head: 'ready ms', of: ({ readyMs }) => readyMs, digits: 0 },
  { head: 'ready CPU ms', of: ({ readyCpuMs }) => readyCpuMs, digits: 0 },
  { head: 'first call ms', of: ({ firstCallMs }) => firstCallMs, digits: 0 },
];

export function compareLines(arms: readonly Compared[]): readonly string[] {
  const [bare, ...others] = arms;
  if (!bare) return [];
  const added = (arm: Compared, { of, digits }: Column): string => {
    const more = of(arm) - of(bare);
    return `${more < 0 ? '' : '+'}${more.toFixed(digits)}`;
  };
  return [
    row('', (column) => column.head),
    row(bare.name, ({ of, digits }) => of(bare).toFixed(digits)),
    ...others.map((arm) => row(arm.name, (column) => added(arm, column))),
    'Added by spendfuse in a program with an SDK, against what the others add there:',
    ...ratios(arms),
  ];
}

/** Over the SDK alone, which all three have. */
function ratios(arms: readonly Compared[]): readonly string[] {
  const sdk = arms.find(({ name }) => name === 'OpenTelemetry SDK alone');
  const inSdk = arms.filter(({ name }) => name.startsWith('SDK + '));
  const ours = inSdk.find(({ name }) => name.endsWith('spendfuse'));
  if (!sdk || !ours) return [];
  return inSdk
    .filter((arm) => arm !== ours)
    .map((theirs) =>
      row(theirs.name, ({ of }) => {
        const [byOurs, byTheirs] = [of(ours) - of(sdk), of(theirs) - of(sdk)];
        // What is less than nothing is noise.
        return byOurs > 0 && byTheirs > 0 ? `${(byOurs / byTheirs).toFixed(1)} ×` : '–';
      }),
    );
}

function row(name: string, cell: (column: Column) => string): string {
  const cells = COLUMNS.map((column) => cell(column).padStart(column.head.length));
  return [name.padEnd(30), ...cells].join('  ');
}
