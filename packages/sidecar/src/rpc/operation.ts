// What one operation is: a message of the wire in, the authority asked, a message of the wire out.
import type { BudgetAuthority } from '@spendfuse/core';

/** Rejects with SpendfuseError; a denial is a normal reply. */
export type Operation<Request, Reply> = (
  authority: BudgetAuthority,
  request: Request,
) => Promise<Reply>;
