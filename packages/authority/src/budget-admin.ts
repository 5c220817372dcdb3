// Administration of an authority in this process: every act is a document or a reset in the ledger.
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  type Budget,
  type BudgetFields,
  budgetOf,
  checkId,
  formatAmount,
  formatWindow,
  invalid,
  isAmount,
  type Labels,
  type LimitAmount,
  MAX_AMOUNT,
  mintId,
  SpendfuseError,
  utf8Length,
} from '@spendfuse/core';
import type {
  Act,
  AllowanceRequest,
  AllowanceView,
  Backfilled,
  BudgetAdmin,
  BudgetView,
  Conditional,
  ExplainRequest,
  Explanation,
  ResetRequest,
} from './admin.ts';
import { lackingIn } from './backfill.ts';
import { budgetEtag } from './budget-etag.ts';
import { budgetFromForm, budgetToForm } from './config/budget-form.ts';
import { explain } from './explain.ts';
import { allowanceKey, asDocument, BUDGET, readPolicyDocuments } from './policy-documents.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import type { UsagePage, UsageQuery } from './usage-query.ts';
import type { VerbContext } from './verb-context.ts';

export interface BudgetAdminOptions {
  readonly context: VerbContext;
  readonly policy: PolicyInForce;
  readonly usage: (query: UsageQuery) => Promise<UsagePage>;
  /** All of a budget's counters may have changed. */
  readonly onReset: () => void;
}

export function createBudgetAdmin(options: BudgetAdminOptions): BudgetAdmin {
  return new PolicyAdmin(options);
}

class PolicyAdmin implements BudgetAdmin {
  readonly #context: VerbContext;
  readonly #policy: PolicyInForce;
  readonly #usage: BudgetAdminOptions['usage'];
  readonly #onReset: () => void;
  #edited: Promise<unknown> = Promise.resolve();

  constructor({ context, policy, usage, onReset }: BudgetAdminOptions) {
    this.#context = context;
    this.#policy = policy;
    this.#usage = usage;
    this.#onReset = onReset;
  }

  budgets(): readonly BudgetView[] {
    return this.#policy.now().views;
  }

  setBudget(request: Act & Conditional & { budget: BudgetFields }): Promise<BudgetView> {
    return this.#inTurn(() => this.#setBudget(request));
  }

  async #setBudget(request: Act & Conditional & { budget: BudgetFields }): Promise<BudgetView> {
    const { budget: fields, by, etag } = request;
    const budget = checkedBudget(fields);
    const { id } = budget;
    checkUnchanged({ id, etag, now: this.#view(id) });
    if (this.#view(id)?.source === 'flag') {
      throw invalid('id', `"${id}" is given on the command line, which goes before the store`);
    }
    const { budgets } = readPolicyDocuments(this.#context.ledger);
    this.#policy.check({ budgets: new Map([...budgets, [id, budget]]) });
    const act = `${this.#view(id) ? 'changed' : 'made'} budget ${id}`;
    await this.#policy.change({ key: `${BUDGET}${id}`, value: budget, act, by });
    return this.#view(id) ?? { budget, source: 'store', hidesFile: false };
  }

  deleteBudget(request: Act & Conditional & { id: string }): Promise<void> {
    return this.#inTurn(() => this.#deleteBudget(request));
  }

  async #deleteBudget({ id, by, etag }: Act & Conditional & { id: string }): Promise<void> {
    checkUnchanged({ id, etag, now: this.#view(id) });
    const { budgets } = readPolicyDocuments(this.#context.ledger);
    if (!budgets.has(id)) {
      const source = this.#view(id)?.source;
      if (source === undefined) throw unknown('id', `there is no budget "${id}"`);
      const where = source === 'file' ? 'the budgets file' : 'the command line';
      throw unknown('id', `budget "${id}" is not in the store but in ${where}; remove it there`);
    }
    const act = `deleted budget ${id}`;
    await this.#policy.change({ key: `${BUDGET}${id}`, value: null, act, by });
  }

  allowances(budget?: string): readonly AllowanceView[] {
    const nowMs = this.#context.clock.now();
    return this.#policy
      .now()
      .allowances.filter(({ untilMs = Infinity }) => untilMs > nowMs)
      .filter((each) => budget === undefined || each.budget === budget);
  }

  async allow(request: AllowanceRequest): Promise<AllowanceView> {
    const nowMs = this.#context.clock.now();
    const { by, id = mintId({ nowMs, random: randomBytes(10) }), ...asked } = request;
    checkId(id, nowMs);
    const view = asDocument({ ...asked, id, by }) as AllowanceView;
    const before = this.#policy.now().allowances.find((each) => each.id === id);
    if (before) return repeated(before, view);
    const budget = this.#budget(asked.budget);
    checkAllowance(asked, nowMs);
    checkReach(budget, asked, this.allowances(budget.id));
    if (asked.scope) checkScope(budget, asked.scope);
    const { id: _, ...value } = view;
    const kind = view.untilMs === undefined ? 'top-up' : 'override';
    const act = `${kind} of ${budget.id} by ${formatAmount(view.unit, view.amount)}`;
    await this.#policy.change({ key: allowanceKey(view), value, act, by });
    return view;
  }

  async withdraw({ id, by }: Act & { id: string }): Promise<void> {
    const allowance = this.allowances().find((each) => each.id === id);
    if (!allowance) throw unknown('id', `there is no top-up or override ${id} in force`);
    const { budget, unit, amount } = allowance;
    const act = `withdrew ${formatAmount(unit, amount)} from ${budget}`;
    await this.#policy.change({ key: allowanceKey(allowance), value: null, act, by });
  }

  async reset({ budget: id, scope, by }: ResetRequest): Promise<void> {
    const { ledger, clock } = this.#context;
    const budget = this.#view(id)?.budget;
    if (budget && scope) checkScope(budget, scope);
    // One that is deleted still has its counters.
    if (!budget && [...ledger.counters(id)].length === 0) throw noBudget(id);
    const nowMs = clock.now();
    const meta = { kind: 'admin', act: `reset ${id}`, by } as const;
    const resetId = mintId({ nowMs, random: randomBytes(10) });
    await ledger.reset({ id: resetId, nowMs, budget: id, scope, meta });
    this.#onReset();
  }

  backfill(request: Act & { readonly budget: string }): Promise<Backfilled> {
    return this.#inTurn(() => this.#backfill(request));
  }

  async #backfill({ budget: id, by }: Act & { budget: string }): Promise<Backfilled> {
    const { ledger, clock } = this.#context;
    const prepared = this.#policy.now().admission.prepared.find(({ budget }) => budget.id === id);
    if (!prepared) throw noBudget(id);
    const nowMs = clock.now();
    const entries = await lackingIn({
      prepared,
      nowMs,
      usage: this.#usage,
      read: (query) => ledger.read(query),
    });
    const meta = { kind: 'admin', act: `backfilled ${id}`, by } as const;
    for (let at = 0; at < entries.length; at += ENTRIES_AT_ONCE) {
      const some = entries.slice(at, at + ENTRIES_AT_ONCE);
      const recordId = mintId({ nowMs, random: randomBytes(10) });
      await ledger.record({ id: recordId, nowMs, fingerprint: 0, entries: some, meta });
    }
    if (entries.length > 0) this.#onReset();
    return { counters: new Set(entries.map(({ counter }) => counter.key)).size };
  }

  explain(request: ExplainRequest): Promise<Explanation> {
    return explain(this.#context, { policy: this.#policy.now(), request });
  }

  /** One edit after the other, so that each finds what the one before has left. */
  #inTurn<T>(edit: () => Promise<T>): Promise<T> {
    const answer = this.#edited.then(edit);
    this.#edited = answer.catch(() => undefined);
    return answer;
  }

  #view(id: string): BudgetView | undefined {
    return this.#policy.now().views.find(({ budget }) => budget.id === id);
  }

  #budget(id: string): Budget {
    const view = this.#view(id);
    if (!view) throw noBudget(id);
    return view.budget;
  }
}

interface Expected extends Conditional {
  readonly id: string;
  readonly now: BudgetView | undefined;
}

/** @throws SpendfuseError `CHANGED` */
function checkUnchanged({ id, etag, now }: Expected): void {
  if (etag === undefined) return;
  if (now && (etag === '*' || etag === budgetEtag(now))) return;
  const what = now ? 'was changed since it was read' : 'is not there any more';
  const message = `etag: budget "${id}" ${what}; read it again, then edit what it is now`;
  throw new SpendfuseError({ code: 'CHANGED', message, field: 'etag' });
}

/** So much of a backfill is durable at once; a crash leaves the rest to the next one. */
const ENTRIES_AT_ONCE = 500;

/** What a budgets file can say, and nothing else. @throws SpendfuseError `INVALID_ARGUMENT` */
function checkedBudget(fields: BudgetFields): Budget {
  if (typeof fields.id !== 'string') throw invalid('id', 'is missing');
  const budget = budgetOf(fields);
  let read: Budget;
  try {
    read = budgetFromForm({ id: budget.id, form: budgetToForm(budget) });
  } catch (error) {
    if (error instanceof TypeError) throw invalid('budget', 'is none: a part of it is missing');
    throw error;
  }
  if (!isDeepStrictEqual(asDocument(read), asDocument(budget))) {
    const message = 'has something that a budgets file cannot say, such as two time zones';
    throw invalid('budget', message);
  }
  return read;
}

type Asked = Omit<AllowanceRequest, 'by'>;

function checkAllowance({ amount, fromMs, untilMs }: Asked, nowMs: number): void {
  if (!isAmount(Math.abs(amount)) || amount === 0) {
    throw invalid('amount', `${amount} is no whole number that a counter can hold, other than 0`);
  }
  if (untilMs === undefined && amount < 0) {
    throw invalid(
      'amount',
      'a top-up adds; to take away give a time until which, or edit the limit',
    );
  }
  for (const [field, ms] of Object.entries({ fromMs, untilMs })) {
    if (ms !== undefined && !isAmount(ms)) throw invalid(field, `${String(ms)} is no time`);
  }
  if (untilMs === undefined) return;
  if (untilMs <= nowMs) throw invalid('untilMs', `${timeText(untilMs)} is not in the future`);
  if (fromMs !== undefined && fromMs >= untilMs) {
    throw invalid('fromMs', `${timeText(fromMs)} is not before ${timeText(untilMs)}`);
  }
}

/** There is a limit that it concerns, which can hold what is added. */
function checkReach(budget: Budget, asked: Asked, others: readonly AllowanceView[]): void {
  const { unit, window, amount } = asked;
  const ofUnit = budget.limits.filter((limit) => limit.unit === unit);
  if (ofUnit.length === 0) {
    const units = [...new Set(budget.limits.map((limit) => limit.unit))].join(', ');
    throw invalid('unit', `budget "${budget.id}" has no limit of ${unit}, but of ${units}`);
  }
  const windows = ofUnit.map((limit) => formatWindow(limit.window));
  if (window !== undefined && !windows.includes(window)) {
    const known = windows.join(', ');
    throw invalid('window', `budget "${budget.id}" limits ${unit} per ${known}, not per ${window}`);
  }
  const added = others.filter((each) => each.unit === unit && each.amount > 0);
  const most = Math.max(...ofUnit.map((limit) => mostOf(limit.amount)));
  const sum = added.reduce((total, each) => total + each.amount, most + amount);
  if (sum > MAX_AMOUNT) {
    throw invalid(
      'amount',
      `all in all ${formatAmount(unit, MAX_AMOUNT)} is the most there can be`,
    );
  }
}

function mostOf(amount: LimitAmount): number {
  return typeof amount === 'number'
    ? amount
    : Math.max(amount.default, ...Object.values(amount.values));
}

const MAX_VALUE_BYTES = 256;

/** @throws SpendfuseError `ID_REUSED` where the same id once added something else. */
function repeated(before: AllowanceView, now: AllowanceView): AllowanceView {
  if (isDeepStrictEqual(asDocument(before), asDocument(now))) return before;
  const message = `id ${now.id} was used before with other content; mint a new one`;
  throw new SpendfuseError({ code: 'ID_REUSED', message, field: 'id' });
}

function checkScope({ id, per }: Budget, scope: Labels): void {
  for (const [name, value] of Object.entries(scope)) {
    if (!per.includes(name)) {
      const known =
        per.length === 0 ? 'it counts all calls together' : `it is per ${per.join(', ')}`;
      throw invalid(
        `scope.${name.slice(0, 63)}`,
        `is no label that budget "${id}" counts by: ${known}`,
      );
    }
    if (typeof value !== 'string' || value === '' || utf8Length(value) > MAX_VALUE_BYTES) {
      throw invalid(`scope.${name}`, `needs a value of at most ${MAX_VALUE_BYTES} bytes`);
    }
  }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function noBudget(id: string): SpendfuseError {
  return unknown('budget', `there is no budget "${id}"`);
}

function unknown(field: string, message: string): SpendfuseError {
  return new SpendfuseError({ code: 'NOT_FOUND', message, field });
}
