// The names of the environment variables that are read, and what a misspelt one was meant to be.

/** Those of the preload and of the sidecar: where a setting is declared, its name has to be here. */
export const VARIABLES: readonly string[] = [
  'ADMIN_LISTEN',
  'ADMIN_READ',
  'ADMIN_TLS_CERT',
  'ADMIN_TLS_CLIENT_CA',
  'ADMIN_TLS_KEY',
  'ADMIN_TOKEN',
  'BAGGAGE',
  'CONFIG',
  'DATA',
  'DURABILITY',
  'ENDPOINT',
  'GRACE',
  'GRPC_LISTEN',
  'HOSTS',
  'HTTP_LISTEN',
  'LABELS',
  'LOG',
  'ON_UNAVAILABLE',
  'PRICES',
  'RETENTION',
  'SOCKET',
  'SPOOL_DIR',
].map((name) => `SPENDFUSE_${name}`);

const OURS = /^SPENDFUSE_\w+$/u;
/** Of this repository's own tests and benchmarks. */
const OF_TESTS = /^SPENDFUSE_(?:TEST_|BENCH_|RECORDINGS$)/u;
/**
 * What Kubernetes sets in every pod for a service whose name begins with `spendfuse`.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
const OF_SERVICES = /_(?:SERVICE_(?:HOST|PORT)|PORT_\d+_(?:TCP|UDP|SCTP))(?:_\w+)?$|_PORT$/u;

/**
 * One line for each variable with a name that is none of these, such as `SPENDFUSE_ENDPONT is not known; did you
 * mean SPENDFUSE_ENDPOINT?`. Names only, no value.
 */
export function unknownVariables(names: readonly string[]): readonly string[] {
  return names.filter(isUnknown).map((name) => {
    const near = nearestVariable(name);
    return `${name} is not known${near ? `; did you mean ${near}?` : ''}`;
  });
}

function isUnknown(name: string): boolean {
  if (VARIABLES.includes(name) || !OURS.test(name)) return false;
  return !OF_TESTS.test(name) && !OF_SERVICES.test(name);
}

/** At most a third of what follows the prefix may differ, or a whole word be left out or put in. */
function nearestVariable(name: string): string | undefined {
  const words = wordsOf(name);
  const wanted = words.join('_');
  const most = Math.max(1, Math.floor(wanted.length / 3));
  const [nearest] = VARIABLES.map((known) => {
    const own = wordsOf(known);
    const isPart = holds(own, words) || holds(words, own);
    return { known, far: Math.min(distance(wanted, own.join('_')), isPart ? most : Infinity) };
  })
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far);
  return nearest?.known;
}

function wordsOf(name: string): readonly string[] {
  return name.split('_').slice(1);
}

function holds(words: readonly string[], some: readonly string[]): boolean {
  return some.every((word) => words.includes(word));
}

/** Of Levenshtein: how many letters have to be put in, left out or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
