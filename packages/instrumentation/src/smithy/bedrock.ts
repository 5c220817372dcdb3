// Puts every client of the AWS SDK's Bedrock runtime under guard, wherever its endpoint is.
import { callSignal, spendfusePlugin } from './plugin.ts';
import type { SmithyStack } from './types.ts';

interface Client {
  readonly middlewareStack: SmithyStack & { use(plugin: typeof spendfusePlugin): void };
}

type Send = (this: Client, ...given: unknown[]) => unknown;

/** What is at `exports` of `@aws-sdk/client-bedrock-runtime`. */
export interface BedrockExports {
  readonly BedrockRuntimeClient: { readonly prototype: { send?: Send } };
}

/** @throws TypeError where the client has no `send` to go through. */
export function guardBedrock({ BedrockRuntimeClient: { prototype } }: BedrockExports): void {
  const { send } = prototype;
  if (typeof send !== 'function') throw new TypeError('BedrockRuntimeClient has no method send');
  const guarded = new WeakSet<object>();
  prototype.send = function (...given) {
    if (!guarded.has(this)) {
      guarded.add(this);
      this.middlewareStack.use(spendfusePlugin);
    }
    return callSignal.run(signalOf(given[1]), () => send.apply(this, given));
  };
}

function signalOf(options: unknown): AbortSignal | undefined {
  const { abortSignal } = Object(options) as { readonly abortSignal?: unknown };
  return abortSignal instanceof AbortSignal ? abortSignal : undefined;
}
