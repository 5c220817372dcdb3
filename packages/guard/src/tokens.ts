// Counts tokens exactly, only when asked to: lazily loaded, in slices, remembered per text.
import { createHash } from 'node:crypto';
import { type Encoding, encodingOf, loadTokenizer, type Tokenizer } from './tokenizer.ts';

export interface TokenCounter {
  /**
   * Tokens of the texts together; an upper bound for models of other families, whose tokenizers are
   * not public here. Loads the tokenizer if it must.
   */
  count(query: TokenQuery): Promise<number>;
  /** As `count`, or undefined where the tokenizer has not been loaded: it is never loaded for this. */
  countIfLoaded(query: TokenQuery): Promise<number> | undefined;
}

export interface TokenQuery {
  readonly model: string;
  readonly texts: readonly string[];
}

/** Enough for the histories of many agents at 100 bytes each. */
const REMEMBERED = 10_000;
/** A shorter text is counted faster than it is looked up. */
const WORTH_REMEMBERING = 256;

const OWN_FAMILY =
  /^(?:ft:)?(?:gpt|chatgpt|o\d|text-embedding|davinci|babbage|codex|computer-use)/u;
/** Other vocabularies have been seen to need up to 1.4 times the tokens for the same text. */
const OTHER_FAMILY_FACTOR = 1.5;
/**
 * Claude 4.7 and later need up to 1.35 times the tokens of the models before
 * (https://platform.claude.com/docs/en/about-claude/pricing); of a name that tells no version, too.
 */
const NEWER_CLAUDE = /claude-(?!instant|[23]|(?:opus|sonnet|haiku)-4(?!-[7-9]))/u;
const NEWER_CLAUDE_FACTOR = 2;

export function createTokenCounter(): TokenCounter {
  const loading = new Map<Encoding, Promise<Tokenizer>>();
  const loaded = new Set<Encoding>();
  const remembered = new Map<string, number>();

  const load = (encoding: Encoding): Promise<Tokenizer> => {
    const known = loading.get(encoding);
    if (known) return known;
    const tokenizer = loadTokenizer(encoding);
    loading.set(encoding, tokenizer);
    tokenizer.then(
      () => loaded.add(encoding),
      () => loading.delete(encoding),
    );
    return tokenizer;
  };

  const count = async ({ model, texts }: TokenQuery): Promise<number> => {
    const encoding = encodingOf(model);
    const tokenizer = await load(encoding);
    let tokens = 0;
    for (const text of texts) {
      tokens += await remember(remembered, { encoding, text }, () => tokenizer.count(text));
    }
    return Math.ceil(tokens * factorOf(model));
  };

  return {
    count,
    countIfLoaded: (query) => (loaded.has(encodingOf(query.model)) ? count(query) : undefined),
  };
}

function factorOf(model: string): number {
  if (OWN_FAMILY.test(model)) return 1;
  return NEWER_CLAUDE.test(model) ? NEWER_CLAUDE_FACTOR : OTHER_FAMILY_FACTOR;
}

/** An agent sends its whole history again every turn; only what is new has to be counted. */
async function remember(
  remembered: Map<string, number>,
  { encoding, text }: { readonly encoding: Encoding; readonly text: string },
  count: () => Promise<number>,
): Promise<number> {
  if (text.length < WORTH_REMEMBERING) return count();
  const key = createHash('sha256').update(encoding).update(text).digest('base64');
  const known = remembered.get(key);
  const tokens = known ?? (await count());
  // Taken out and put back in: the map's order is the order of last use.
  remembered.delete(key);
  remembered.set(key, tokens);
  const oldest = remembered.keys().next().value;
  if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  return tokens;
}
