// Which names a rule of the price data set stands for.

/** As in the public data; all but `regex` look away from case. */
export type MatchRule =
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string }
  | { readonly or: readonly MatchRule[] }
  | { readonly and: readonly MatchRule[] };

export function ruleMatches(rule: MatchRule, name: string): boolean {
  if ('or' in rule) return rule.or.some((part) => ruleMatches(part, name));
  if ('and' in rule) return rule.and.every((part) => ruleMatches(part, name));
  if ('regex' in rule) return new RegExp(rule.regex).test(name);
  const text = name.toLowerCase();
  if ('equals' in rule) return text === rule.equals.toLowerCase();
  if ('starts_with' in rule) return text.startsWith(rule.starts_with.toLowerCase());
  if ('ends_with' in rule) return text.endsWith(rule.ends_with.toLowerCase());
  return text.includes(rule.contains.toLowerCase());
}
