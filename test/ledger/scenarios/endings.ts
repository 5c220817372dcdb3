// Every reservation ends (L5), and acknowledged means durable (L3).
import { scenario } from '../scenario.ts';

export const endingScenarios = [
  scenario(
    'L5: what nobody settles is charged whole when its time is up',
    `budget: { id: b, limits: [1000 tokens, $0.001, 10 requests] }
     reserve a 60+40 ttl=30s -> granted
     pass 29s | b.tokens 0+100
     pass 1s | b.tokens 100+0, b.cost 100+0, b.requests 1+0`,
  ),
  scenario(
    'L5: onExpire input charges the part of the input',
    `budget: { id: b, onExpire: input, limits: [1000 tokens, $0.001, 1000 input_tokens, 1000 output_tokens, 9 requests] }
     reserve a 60+40 -> granted
     pass 121s | b.tokens 60+0, b.cost 60+0, b.input_tokens 60+0, b.output_tokens 0+0, b.requests 1+0`,
  ),
  scenario(
    'L5: onExpire release charges nothing but the request',
    `budget: { id: b, onExpire: release, limits: [1000 tokens, $0.001, 9 requests] }
     reserve a 60+40 -> granted
     pass 121s | b.tokens 0+0, b.cost 0+0, b.requests 1+0`,
  ),
  scenario(
    'L5: budgets of one call expire each in its own way',
    `budget: { id: hard, limits: [1000 tokens] }
     budget: { id: soft, onExpire: release, limits: [1000 tokens] }
     reserve a 60+40 -> granted | hard 0+100, soft 0+100
     pass 121s | hard 100+0, soft 0+0
     commit a 20+20 -> ok late | hard 40+0, soft 40+0`,
  ),
  scenario(
    'L5: hundreds expire at once, and all of them do',
    `budget: { id: b, limits: [100000 tokens] }
     burst 700 5+5 -> granted=700 | b 0+7000
     pass 121s | b 7000+0`,
  ),
  scenario(
    'L5: an expiry gives its place at the same time back',
    `budget: { id: b, limits: [2 concurrent], onShortage: [deny] }
     reserve a 1+1 -> granted
     reserve c 1+1 -> granted | b 0+2
     reserve d 1+1 -> denied IN_FLIGHT reset=never
     pass 121s | b 0+0
     reserve d 1+1 -> granted | b 0+1`,
  ),
  scenario(
    'L5: an extended reservation ends too, at its new time',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 60+40 ttl=60s -> granted
     pass 50s
     extend a 60s -> extended expires=2026-01-01T12:01:50Z
     pass 50s
     extend a 60s -> extended expires=2026-01-01T12:02:40Z
     pass 61s | b 100+0`,
  ),
  scenario(
    'L3: a granted reservation outlives a crash, and so does its end',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 60+40 -> granted
     crash | b 0+100
     commit a 50+20 -> ok cost=70 over=0 timely | b 70+0
     crash | b 70+0`,
  ),
  scenario(
    'L3: releases, records, extensions and expiries outlive a crash',
    `budget: { id: b, limits: [1000 tokens, 50 requests] }
     reserve a 60+40 -> granted
     release a sent -> ok
     record c 10+0 -> ok
     reserve d 20+0 ttl=60s -> granted
     extend d 5m -> extended
     reserve e 5+0 ttl=40s -> granted
     pass 41s
     crash | b.tokens 15+20, b.requests 3+1
     pass 4m | b.tokens 15+20
     commit e 1+0 -> ok late | b.tokens 11+20`,
  ),
  scenario(
    'L3: a tombstone outlives a crash',
    `budget: { id: b, limits: [1000 tokens] }
     release a -> ok
     crash
     reserve a 60+40 -> error SETTLED | b 0+0`,
  ),
  scenario(
    'L3: a denial leaves no trace in any counter, before and after a crash',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     reserve a 60+41 -> denied TOO_LARGE
     crash | b 0+0
     reserve a 60+40 -> granted`,
  ),
  scenario(
    'L3: one crash after the other, verbs in between',
    `budget: { id: b, limits: [1000 tokens/day, 1000 tokens/minute], onShortage: [deny] }
     reserve a 10+0 -> granted
     crash
     reserve c 20+0 -> granted
     crash
     commit a 5+0 -> ok | b@day 5+20, b@rolling60s 5+20
     crash
     commit c 7+0 -> ok
     crash | b@day 12+0, b@rolling60s 12+0
     pass 61s | b@day 12+0, b@rolling60s 0+0`,
  ),
  scenario(
    'L5, L10: after a crash every open reservation has at least half a minute',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 60+40 ttl=10s -> granted
     pass 9s
     crash
     pass 20s | b 0+100
     pass 11s | b 100+0`,
  ),
];
