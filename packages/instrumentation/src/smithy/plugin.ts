// Amazon Bedrock through the AWS SDK: middleware that reserves for each HTTP attempt, after the retries
// and before the signature, so that what is clamped is signed as it is sent.
import { AsyncLocalStorage } from 'node:async_hooks';
import { threadGate } from '../thread-gate.ts';
import { Attempt } from './attempt.ts';
import {
  isRequest,
  isResponse,
  type SmithyMiddleware,
  type SmithyPlugin,
  type SmithyStack,
} from './types.ts';

/** Wherever its endpoint is: a client of this SDK speaks to nobody else. */
const PROVIDER = 'aws.bedrock';

/** The signal of the call that is being made, which the SDK does not tell its middleware. */
export const callSignal = new AsyncLocalStorage<AbortSignal | undefined>();

/** By the context that the SDK gives all middleware of one call; its attempts come one by one. */
const attempts = new WeakMap<object, Attempt>();

const reserve: SmithyMiddleware = (next, context) => async (args) => {
  const { request } = args;
  const gate = await threadGate();
  if (!gate || !isRequest(request)) return next(args);
  const attempt = new Attempt({
    request,
    signal: callSignal.getStore(),
    next: (changed) => next({ ...args, request: changed }),
  });
  attempts.set(context, attempt);
  attempt.resolve(await gate.pass(attempt.outgoing, PROVIDER));
  return attempt.output ?? next(args);
};

const tap: SmithyMiddleware = (next, context) => async (args) => {
  const output = await next(args);
  const attempt = attempts.get(context);
  attempts.delete(context);
  if (attempt && isResponse(output.response)) await attempt.tap(output.response);
  return output;
};

/** Named, so that adding it twice replaces it. */
const RESERVE = { name: 'spendfuseReserve', override: true };
const TAP = { name: 'spendfuseTap', step: 'deserialize', priority: 'low', override: true };

/** What the SDK has signed requests in since there are names for it. */
const SIGNING = 'awsAuthMiddleware';

/**
 * `client.middlewareStack.use(spendfusePlugin)` puts a `BedrockRuntimeClient` under guard where module
 * hooks cannot see it, as in a bundle. Calls fail with `BudgetExceededError` where a budget refuses.
 */
export const spendfusePlugin: SmithyPlugin = {
  applyToStack(given) {
    const stack = given as SmithyStack;
    const isSigned = stack.identify?.().some((line) => line.includes(SIGNING)) !== false;
    if (isSigned) {
      stack.addRelativeTo(reserve, { ...RESERVE, relation: 'before', toMiddleware: SIGNING });
    } else {
      stack.add(reserve, { ...RESERVE, step: 'finalizeRequest', priority: 'low' });
    }
    stack.add(tap, TAP);
  },
};

export type { SmithyPlugin } from './types.ts';
