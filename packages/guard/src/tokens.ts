// Counts tokens exactly, only when asked to: in a thread of its own that is there while it is needed.
import { encodingOf } from './tokenizer.ts';
import { TokensAside } from './tokens-aside.ts';
import { tokensOf } from './tokens-families.ts';

export interface TokenCounter {
  /**
   * Tokens of the texts together; a calibrated bound for models of other families, whose tokenizers
   * are not public. Loads the tokenizer if it must.
   */
  count(query: TokenQuery): Promise<number>;
  /** As `count`, or undefined where the tokenizer has not been loaded: it is never loaded for this. */
  countIfLoaded(query: TokenQuery): Promise<number> | undefined;
}

export interface TokenCounterOptions {
  /** After so long without a question all that was loaded is let go; default 60 s. */
  readonly idleMs?: number | undefined;
}

export interface TokenQuery {
  readonly model: string;
  readonly texts: readonly string[];
}

/** Long enough for the next turn of an agent; what it holds is some 90 MB. */
const IDLE_MS = 60_000;

export function createTokenCounter({ idleMs = IDLE_MS }: TokenCounterOptions = {}): TokenCounter {
  let aside: TokensAside | undefined;

  const count = async ({ model, texts }: TokenQuery): Promise<number> => {
    aside ??= new TokensAside({ idleMs, onEnd: () => (aside = undefined) });
    return tokensOf(model, await aside.count({ encoding: encodingOf(model), texts }));
  };

  return {
    count,
    countIfLoaded: (query) =>
      aside?.hasLoaded(encodingOf(query.model)) ? count(query) : undefined,
  };
}
