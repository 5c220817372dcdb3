// Fakes that are nothing but their wire, told what to do in the words of the others.
import type {
  FakeTransport,
  ScriptedOptions,
  ScriptedProvider,
  ScriptedReply,
} from '@spendfuse/testkit';
import type { Fake, FakeOptions } from './family.ts';

/** `unbilled`: paths that are billed by something else than their tokens. */
export function scripted(
  start: (options: ScriptedOptions) => Promise<ScriptedProvider>,
  unbilled?: RegExp,
): (options: FakeOptions) => Promise<Fake> {
  return async ({ script }) => {
    const provider = await start({
      script: ({ headers }) => replyOf(script({ headers: headers as Record<string, string> })),
    });
    const { origin, calls } = provider;
    return {
      origin,
      get calls() {
        return calls.map(({ headers, path, json, inputTokens, outputTokens }) => ({
          headers: headers as Record<string, string>,
          model: typeof json['model'] === 'string' ? json['model'] : '',
          inputTokens: unbilled?.test(path) ? 0 : inputTokens,
          outputTokens,
        }));
      },
      [Symbol.asyncDispose]: () => provider.close(),
    };
  };
}

function replyOf({ hold, holdAfterChunks, cutAfterChunks }: FakeTransport): ScriptedReply {
  if (cutAfterChunks !== undefined) return { cutAfter: cutAfterChunks };
  if (holdAfterChunks !== undefined) return { holdAfter: holdAfterChunks };
  return hold ? { isHeld: true } : {};
}
