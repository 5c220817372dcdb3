// What is said of every mistake in a budgets file: one fixture each.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SpendfuseError } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { loadConfig } from './load.ts';

const MISTAKES: Readonly<Record<string, readonly string[]>> = {
  'alert-of-nothing': ['4:14: "0%" is no share of a limit; write it like 80%, up to 1000%'],
  'alert-twice': ['4:19: 80.0% is given twice; keep one of them'],
  'alerts-as-numbers': ['4:14: 50 is no share; write it like 80%'],
  'alias-bomb': ['1:1: the file has aliases that multiply beyond 100; write the values out'],
  'anchor-that-is-no-date': [
    '4:13: "2026-02-30" is no date; write it like 2026-01-31 or 2026-01-31T18:00Z',
  ],
  'anchor-without-a-fixed-window': [
    '4:13: there is no fixed window such as /30d here; remove the anchor',
  ],
  'bad-and-repeated': [
    '3:22: "$5/dy": unknown window "dy"; forms: $5/day, 100k tokens/minute, 10 requests/rolling 60s, 3 concurrent, $0.10/request, $50/30d, $20',
  ],
  'bad-hold': [
    '4:11: `hold` must be one of worst-case, adaptive, not "adaptiv"; did you mean adaptive?',
  ],
  'bad-id': [
    '2:9: "Team Daily" is no id of a budget; an id is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
  ],
  'bad-label-in-match': [
    '3:14: "Team" is no name of a label; a name is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
  ],
  'bad-label-in-per': [
    '3:17: "Cost Center" is no name of a label; a name is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
  ],
  'bad-mode': [
    '4:11: `mode` must be one of enforce, shadow, not "enforced"; did you mean enforce?',
  ],
  'bad-on-expire': ['4:15: `onExpire` must be one of charge, input, release, not "nothing"'],
  'bad-soft-bound': ['4:16: `softBound` must be one of allow, deny, not "yes"'],
  'bad-unpriced': ['4:15: `unpriced` must be one of deny, fallback, not "allow"'],
  'bad-zone-of-a-budget': [
    '3:11: "Atlantis" is no IANA time zone; write it like Europe/Berlin or UTC',
  ],
  'bad-zone': ['1:7: "Europe/Berln" is no IANA time zone; did you mean "Europe/Berlin"?'],
  'budgets-not-a-list': ['1:10: an item of `budgets` must be a mapping, not "daily"'],
  circular: [
    '3:22: an item of `limits` must be text, not a list',
    '4:17: `mode` must be one of enforce, shadow, not a list',
    '5:25: this is no rung of the ladder; the rungs are { wait: 10s }, { clamp: { minOutputTokens: 256 } }, { downgrade: { gpt-5: gpt-5-mini } } and deny',
    '5:33: this is no rung of the ladder; the rungs are { wait: 10s }, { clamp: { minOutputTokens: 256 } }, { downgrade: { gpt-5: gpt-5-mini } } and deny',
    '5:33: `,` is on the ladder twice; keep one of them',
  ],
  'clamp-misspelt': ['5:18: unknown key `minOutputToken`; did you mean `minOutputTokens`?'],
  'clamp-of-nothing': ['4:46: `minOutputTokens` must be a whole number of tokens from 1 up, not 0'],
  'concurrency-in-a-window': ['3:14: "3 concurrent/day": calls at the same time have no window'],
  'deny-not-last': ['4:18: what comes after `deny` is never reached; make it the last rung'],
  'downgrade-beyond-the-limit': ['4:39: a downgrade begins at 100% or below'],
  'downgrade-from-a-number': ['4:39: 0.95 is no share; write it like 80%'],
  'downgrade-is-text': [
    '4:31: `downgrade` must be models with what to send instead, such as { gpt-5: gpt-5-mini }, not "gpt-5-mini"',
  ],
  'downgrade-of-nothing': [
    '4:31: `downgrade` needs a model and what to send instead, such as gpt-5: gpt-5-mini',
  ],
  'downgrade-to-itself': ['4:40: "gpt-5" is the same model; name a cheaper one'],
  'duplicate-id': ['4:5: there is a budget "daily" already; give this one another id'],
  'duplicate-key-and-more': [
    '4:5: key `id` is given twice; keep one of them',
    '5:11: `mode` must be one of enforce, shadow, not "off"',
  ],
  'duplicate-key': ['4:5: key `limits` is given twice; keep one of them'],
  'empty-limits': ['3:13: a budget needs at least one limit, such as $5/day'],
  empty: ['1:1: the file is empty; begin with budgets: [{ id: team-daily, limits: [$5/day] }]'],
  'everything-wrong': [
    '1:7: "Mars" is no IANA time zone; write it like Europe/Berlin or UTC',
    '3:9: "Daily" is no id of a budget; an id is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
    '4:28: "Model" is no name of a label; a name is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
    '5:17: label "user" is given twice; keep one of them',
    '6:14: "$5/dy": unknown window "dy"; forms: $5/day, 100k tokens/minute, 10 requests/rolling 60s, 3 concurrent, $0.10/request, $50/30d, $20',
    '6:21: 5 is no limit: it has no unit; write it like $5/day or 100k tokens/minute',
    '7:11: `mode` must be one of enforce, shadow, not "off"',
    '8:18: what comes after `deny` is never reached; make it the last rung',
    '8:32: "x" is no duration; write it like 90s, 10m or 2h',
    '9:5: unknown key `onexpire`; did you mean `onExpire`?',
    '11:5: `output` is missing; add it, such as output: $0.60',
    '11:14: an empty pattern matches nothing; write * for anything',
    '11:25: "free" is no price in USD per million tokens; write it like $0.15, with up to 6 decimals',
  ],
  'fixed-window-too-long': ['3:14: "$5/9999d": a fixed window has 1 s to 3660 days'],
  'forget-after-idle-as-a-number': [
    '4:22: `forgetAfterIdle` must be a duration such as 90d, not 90',
  ],
  'forgotten-too-soon': ['4:22: "1h": what is idle is forgotten after 1d to 3660d'],
  'id-is-a-number': ['2:9: `id` must be text, not 42; put it in quotes: "42"'],
  'key-is-a-list': ['1:3: a key must be text'],
  'label-twice-in-per': ['3:23: label "user" is given twice; keep one of them'],
  'ladder-empty': ['4:17: the ladder has no rung; write [deny] to refuse at once'],
  'limit-above-2-to-53': [
    '3:14: "9007199254740992 requests/day": 9007199254740992 requests is no whole number a counter can hold',
  ],
  'limit-below-a-nano-dollar': [
    '3:14: "$0.0000000001" is no amount of USD; write it like $5 or $0.25',
  ],
  'limit-in-powers-of-ten': [
    '3:14: 1000 is no limit: it has no unit; write it like $5/day or 100k tokens/minute',
  ],
  'limit-mapping-misspelt': ['3:28: unknown key `windw`; did you mean `window`?'],
  'limit-mapping-of-a-number': ['3:24: 5 has no unit; write it like $5 or 5 tokens'],
  'limit-mapping-of-concurrency-in-a-window': [
    '3:46: "3 concurrent": calls at the same time have no window',
  ],
  'limit-mapping-with-an-unknown-window': [
    '3:36: "dy": unknown window "dy"; forms: $5/day, 100k tokens/minute, 10 requests/rolling 60s, 3 concurrent, $0.10/request, $50/30d, $20',
  ],
  'limit-mapping-without-amount': ['3:14: `amount` is missing; add it, such as amount: $5'],
  'limit-mappings-of-the-same-window': [
    '5:9: there is a limit of this unit and window already; keep one',
  ],
  'limit-negative': ['3:14: "$-5" is no amount of USD; write it like $5 or $0.25'],
  'limit-of-an-unknown-unit': [
    '3:14: "5 apples/day": unknown unit "apples"; forms: $5/day, 100k tokens/minute, 10 requests/rolling 60s, 3 concurrent, $0.10/request, $50/30d, $20; a custom unit has an underscore, such as tool_calls',
  ],
  'limit-that-is-none': [
    '3:14: "five dollars/day" is no limit; write it like $5/day, 100k tokens/minute, 10 requests/rolling 60s, 3 concurrent, $0.10/request, $50/30d, $20',
  ],
  'limit-too-large': ['3:14: "$10000000" is above 9,007,199 USD'],
  'limit-with-a-comma': [
    '3:17: "000/day" is no limit; write it like $5/day, 100k tokens/minute, 10 requests/rolling 60s, 3 concurrent, $0.10/request, $50/30d, $20',
  ],
  'limit-with-an-unknown-window': [
    '3:14: "100k tokens/fortnight": unknown window "fortnight"; forms: $5/day, 100k tokens/minute, 10 requests/rolling 60s, 3 concurrent, $0.10/request, $50/30d, $20',
  ],
  'limit-without-a-unit': [
    '3:14: 5 is no limit: it has no unit; write it like $5/day or 100k tokens/minute',
  ],
  'limits-of-the-same-window': [
    '3:52: "200 tokens/rolling 60s": there is a limit of this unit and window already; keep one',
  ],
  'limits-without-a-value': ['3:12: a budget needs at least one limit, such as $5/day'],
  'match-is-text': [
    '3:12: `match` must be labels with patterns, such as { team: search }, not "search"',
  ],
  'match-only-a-negation-sign': ['3:21: an empty pattern matches nothing; write * for anything'],
  'match-value-is-a-number': [
    '4:15: an item of `tenant` must be text, not 42; put it in quotes: "42"',
  ],
  'match-without-patterns': ['3:20: `team` needs a pattern to match, such as gpt-*'],
  'max-scopes-as-text': [
    '4:16: `maxScopes` must be a whole number of scopes from 1 to 100000000, not "10k"',
  ],
  'max-scopes-of-nothing': [
    '4:16: `maxScopes` must be a whole number of scopes from 1 to 100000000, not 0',
  ],
  'missing-id': ['2:5: `id` is missing; add it, such as id: team-daily'],
  'missing-limits': ['2:5: `limits` is missing; add it, such as limits: [$5/day]'],
  'misspelt-key': ['3:5: unknown key `limts`; did you mean `limits`?'],
  'misspelt-top-key': ['1:1: unknown key `budget`; did you mean `budgets`?'],
  'no-budgets': ['1:10: there is no budget; add one, such as { id: team-daily, limits: [$5/day] }'],
  'not-a-mapping': ['1:1: the file must be a mapping, not a list'],
  'only-comments': [
    '1:1: the file is empty; begin with budgets: [{ id: team-daily, limits: [$5/day] }]',
  ],
  'pattern-read-as-a-tag': [
    "3:29: YAML reads a leading ! as a tag; put the text in quotes: '!gpt-4*'",
  ],
  'pattern-read-as-an-alias': [
    "4:14: YAML reads a leading * as an alias; put the text in quotes: '*mini'",
  ],
  'plan-by-a-bad-label': [
    '3:30: "Plan" is no name of a label; a name is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
  ],
  'plan-of-two-units': ['4:44: all amounts are of one unit: this is tokens, the first is cost'],
  'plan-with-a-number': ['3:42: 1 has no unit; write it like $1 or 1 tokens'],
  'plan-without-by': ['3:24: `by` is missing; add it, such as by: plan'],
  'plan-without-default': [
    '3:24: `default` is missing: the amount of all others; add it, such as default: $0',
  ],
  'plan-without-values': ['3:24: `amount` needs an amount by value, such as free: $1'],
  'price-is-a-list': [
    '2:31: `input` must be a price in USD per million tokens such as $0.15, not a list',
  ],
  'price-misspelt': ['2:37: unknown key `ouput`; did you mean `output`?'],
  'price-negative': [
    '2:31: "-0.15" is no price in USD per million tokens; write it like $0.15, with up to 6 decimals',
  ],
  'price-too-fine': [
    '2:31: "$0.0000001" is no price in USD per million tokens; write it like $0.15, with up to 6 decimals',
  ],
  'price-with-fractional-tokens': [
    '2:62: `maxOutputTokens` must be a whole number of tokens from 1 up, not 1.5',
  ],
  'price-without-output': ['2:5: `output` is missing; add it, such as output: $0.60'],
  'proto-key': [
    '3:14: "__proto__" is no name of a label; a name is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
  ],
  'repeat-too-often': ['5:13: "5s": an alert is repeated after 1m to 31d'],
  'repeat-without-alerts': [
    '4:13: there is no alert to repeat; add some, such as alerts: [80%, 100%]',
  ],
  'requests-per-request': [
    '3:14: "3 requests/request": a limit per request is one of cost or tokens',
  ],
  'rung-misspelt': ['5:9: unknown key `clmp`; did you mean `clamp`?'],
  'rung-twice': ['4:33: `wait` is on the ladder twice; keep one of them'],
  'rung-unknown': [
    '4:18: "retry" is no rung of the ladder; the rungs are { wait: 10s }, { clamp: { minOutputTokens: 256 } }, { downgrade: { gpt-5: gpt-5-mini } } and deny',
  ],
  'star-read-as-an-alias': [
    "4:14: YAML reads a leading * as an alias; put the text in quotes: '*'",
  ],
  tab: ['2:2: YAML is indented by spaces, not by tabs'],
  'two-documents': [
    '3:1: a second YAML document starts here; a budgets file is one: remove the ---',
  ],
  'unclosed-list': [
    '4:5: this is no valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  'unknown-key': [
    '3:5: unknown key `amount`; the keys here are `id`, `match`, `per`, `limits`, `zone`, `anchor`, `mode`, `alerts`, `repeat`, `onShortage`, `hold`, `onExpire`, `unpriced`, `softBound`, `maxScopes`, `forgetAfterIdle`',
  ],
  'variable-in-a-list': ['3:14: inside of [ ] and { } a variable needs quotes: "${NAME}"'],
  'variable-missing': [
    '3:13: the variable SPENDFUSE_TEST_NO_SUCH_LIMIT is not set; set it, or give a default: ${SPENDFUSE_TEST_NO_SUCH_LIMIT:-…}',
  ],
  'variable-not-closed': [
    '3:13: "${LIMIT" names no variable; write it like ${NAME} or ${NAME:-default}, and $${ for the text itself',
  ],
  'variable-with-a-bad-default': [
    '3:13: "$5/dy": unknown window "dy"; forms: $5/day, 100k tokens/minute, 10 requests/rolling 60s, 3 concurrent, $0.10/request, $50/30d, $20',
  ],
  'variable-without-a-name': [
    '3:13: "${}" names no variable; write it like ${NAME} or ${NAME:-default}, and $${ for the text itself',
  ],
  'wait-is-a-number': ['4:26: `wait` must be a duration such as 10s, not 10'],
  'wait-is-no-duration': ['4:26: "a while" is no duration; write it like 90s, 10m or 2h'],
  'wait-too-long': ['4:26: "2h": a call waits at most 1h'],
  'denials-told-too-often': ['2:17: "0s": denials are told of every 1s to 24h'],
  'webhook-misspelt': [
    '3:50: unknown key `event`; did you mean `events`?',
    '4:3: unknown key `denialEvery`; did you mean `denialsEvery`?',
  ],
  'webhook-with-a-password': [
    '2:13: `url` must be an address without user and password; sign with `secret` instead',
  ],
  'webhook-without-url': ['2:14: `url` is missing; add it, such as url: ${ALERT_WEBHOOK_URL}'],
  'webhook-wrong-throughout': [
    '3:13: `name` must be a name: a lower-case letter, then up to 62 of a-z 0-9 _ . -',
    '4:12: `url` must be an address that begins with http:// or https://',
    '5:15: `format` must be one of generic, slack, not "teams"',
    '6:15: `secret` must be text of at least 16 characters; make one: openssl rand -hex 32',
    '7:27: an item of `events` must be one of threshold, overdraft, denied, unpriced, expired, overrun, clock_jump, ledger_failed, ledger_recovered, config_rejected, test, not "denials"',
    '7:36: "threshold" is given twice; keep one of them',
    '8:16: `budgets` needs a pattern, such as team-*; leave it out for all',
    '9:17: `denialsEvery` must be a duration such as 1m, not 10',
  ],
  'webhooks-of-one-name': ['4:7: there is a webhook of this name already; give this one another'],
  'zone-without-a-value': ['1:6: `zone` has no value; it must be text'],
};

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

describe('a mistake in a budgets file', () => {
  test.each(Object.entries(MISTAKES))('%s', async (name, lines) => {
    const file = join(fixtures, `${name}.yaml`);
    const error: unknown = await loadConfig(file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SpendfuseError);
    expect(error).toHaveProperty('code', 'CONFIG');
    expect((error as Error).message.split('\n')).toEqual(lines.map((line) => `${file}:${line}`));
  });

  test('has a fixture and a line in the table above', () => {
    const names = readdirSync(fixtures).map((name) => name.replace('.yaml', ''));
    expect(names.toSorted()).toEqual(Object.keys(MISTAKES).toSorted());
  });
});
