// The admin API of a real sidecar: one table of scenarios over HTTP and gRPC, its document, its exports.
import { Validator } from '@seriousme/openapi-schema-validator';
import { loadAdminService } from '@spendfuse/protocol/admin';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Document,
  type Edge,
  type Fields,
  grpcEdge,
  httpEdge,
  type Outcome,
  routesOf,
  send,
} from './admin/edges.ts';
import { changes } from './admin/changes.ts';
import { questions } from './admin/questions.ts';
import type { Step } from './admin/scenario.ts';
import { type SpentSidecar, startSpent } from './admin/spent-sidecar.ts';

const EDGES = [
  ['HTTP', httpEdge],
  ['gRPC', grpcEdge],
] as const;

describe.each(EDGES)('over %s', (_, connect) => {
  let sidecar: SpentSidecar;
  let edge: Edge;

  beforeAll(async () => {
    sidecar = await startSpent();
    edge = await connect({ url: sidecar.url });
  });

  afterAll(async () => {
    await edge[Symbol.asyncDispose]();
    await sidecar[Symbol.asyncDispose]();
  });

  test.each([...questions, ...changes])('$title', async ({ steps }) => {
    const kept = new Map<string, unknown>();
    for (const step of steps) {
      const [operation, fields] = step.ask;
      const outcome = await edge.ask(operation, filled(fields, kept) as Fields, tokenOf(step));
      expect(shown(outcome), JSON.stringify(step.ask)).toMatchObject(
        filled(wanted(step), kept) as object,
      );
      if (step.answer === 'nothing') expect(outcome).toEqual({ answer: {} });
      if (step.keep) kept.set(step.keep[0], at(outcome, step.keep[1]));
    }
  });

  function tokenOf({ as }: Step): string | undefined {
    if (as === 'nobody') return undefined;
    return as === 'a stranger' ? 'x'.repeat(43) : sidecar.token;
  }

  test('many edits at the same time leave one of them whole, and an entry for each', async () => {
    const before = await count('configure');
    const edits = Array.from({ length: 20 }, (_, n) => n + 1);
    const set = (n: number) =>
      edge.ask(
        'setBudget',
        { id: 'busy', definition: { limits: [`$${n}/day`, `${n} requests/day`] } },
        sidecar.token,
      );
    for (const outcome of await Promise.all(edits.map(set)))
      expect(outcome).toHaveProperty('answer');
    const { answer } = (await edge.ask('getBudget', { id: 'busy' })) as { answer: Fields };
    const [cost, requests] = at({ answer }, 'budget.limits') as { amount: string }[];
    expect(cost?.amount).toBe(`${requests?.amount}000000000`);
    const removals = await Promise.all(
      edits.map(() => edge.ask('deleteBudget', { id: 'busy' }, sidecar.token)),
    );
    expect(removals.filter((outcome) => 'answer' in outcome)).toHaveLength(1);
    expect(await count('configure')).toBe(before + 21);
  });

  async function count(verb: string): Promise<number> {
    const outcome = await edge.ask('listEntries', { verb: [verb], limit: 1000 });
    return ((at(outcome, 'entries') ?? []) as unknown[]).length;
  }

  test('exports are files, the oldest entry first', async () => {
    const jsonl = at(await edge.ask('exportEntries', { verb: ['reserve', 'commit'] }), 'text');
    const entries = String(jsonl)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Fields);
    expect(entries).toMatchObject([
      { verb: 'reserve' },
      { verb: 'commit', costNanoUsd: '3500000' },
    ]);
    const csv = at(
      await edge.ask('exportEntries', { format: 'csv', label: { user: 'u2' } }),
      'text',
    );
    const lines = String(csv).trimEnd().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^time,verb,id,/u);
    expect(lines[1]).toMatch(/,deny,.*u2/u);
    expect(await edge.ask('exportEntries', { format: 'xml' })).toMatchObject({
      error: { code: 'INVALID_ARGUMENT', field: 'format' },
    });
    expect(await edge.ask('exportEntries', { from: '2026-02-01', to: '2026-01-01' })).toMatchObject(
      {
        error: { code: 'INVALID_ARGUMENT', field: 'from' },
      },
    );
  });

  test('many wrong tokens of one address are told to wait; the right one is not', async () => {
    const wrong = () => edge.ask('listBudgets', {}, 'wrong'.repeat(9));
    const outcomes = await Promise.all(Array.from({ length: 30 }, wrong));
    expect(outcomes).toContainEqual(
      expect.objectContaining({ error: expect.objectContaining({ code: 'RESOURCE_EXHAUSTED' }) }),
    );
    expect(await edge.ask('listBudgets', {}, sidecar.token)).toHaveProperty('answer');
    expect(sidecar.logged()).toContain('wrong admin token');
    expect(sidecar.logged()).not.toContain(sidecar.token);
    expect(sidecar.logged()).not.toContain('wrongwrong');
  });
});

describe('the document', () => {
  let sidecar: SpentSidecar;
  let document: Document;

  beforeAll(async () => {
    sidecar = await startSpent();
    document = JSON.parse((await send({ url: `${sidecar.url}/api/openapi.json` })).text);
  });

  afterAll(() => sidecar[Symbol.asyncDispose]());

  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate({ ...document });
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
    expect(() => validator.resolveRefs()).not.toThrow();
  });

  test('has every operation, and gRPC has the same', () => {
    const names = routesOf(document).map(({ operationId }) => operationId);
    expect(names.toSorted()).toEqual(Object.keys(loadAdminService()).toSorted());
  });

  test('has exactly the routes there are', () => {
    expect(routesOf(document).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'get /api/budgets',
      'get /api/budgets/{id}',
      'put /api/budgets/{id}',
      'delete /api/budgets/{id}',
      'get /api/allowances',
      'post /api/budgets/{budget}/allowances',
      'delete /api/allowances/{id}',
      'post /api/budgets/{budget}/reset',
      'post /api/budgets/{budget}/backfill',
      'post /api/explain',
      'get /api/balances',
      'get /api/usage',
      'get /api/entries',
      'get /api/status',
      'get /api/export',
    ]);
  });
});

function wanted({ answer, error }: Step): object {
  if (error) return { error };
  return { answer: answer === 'nothing' ? {} : (answer ?? {}) };
}

/** Over gRPC the definition is a field, over HTTP it is the body. */
function shown(outcome: Outcome): Outcome {
  if (!('error' in outcome) || outcome.error.field === undefined) return outcome;
  return { error: { ...outcome.error, field: outcome.error.field.replace(/^definition\./u, '') } };
}

/** With what was kept in the place of `$name`. */
function filled(value: unknown, kept: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string' && value.startsWith('$')) return kept.get(value.slice(1)) ?? value;
  if (Array.isArray(value)) return value.map((item) => filled(item, kept));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, filled(item, kept)]),
  );
}

/** A part of an answer by its path, `budget.definition`. */
function at(outcome: Outcome, path: string): unknown {
  let value: unknown = 'answer' in outcome ? outcome.answer : undefined;
  for (const name of path.split('.')) value = (value as Fields | undefined)?.[name];
  return value;
}
