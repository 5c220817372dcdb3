// The etag of a budget: a short text that is another one as soon as the budget is.
import { createHash } from 'node:crypto';
import type { BudgetView } from './admin.ts';
import { budgetToForm } from './config/budget-form.ts';

/** Of what an administrator sees: the definition, and where it comes from. 22 characters of base64url. */
export function budgetEtag({ budget, source }: Pick<BudgetView, 'budget' | 'source'>): string {
  const text = JSON.stringify([budget.id, source, budgetToForm(budget)]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
