// Every verb on an id in every state: the table of verbs and states, cell by cell.
import { scenario } from '../scenario.ts';

export const verbScenarios = [
  scenario(
    'an open reservation is committed: what was used stays',
    `budget: { id: b, limits: [1000 tokens, $0.001, 10 requests] }
     reserve a 60+40 -> granted held=100 cost=100 whole | b.tokens 0+100, b.cost 0+100, b.requests 0+1
     commit a 50+20 -> ok cost=70 over=0 timely | b.tokens 70+0, b.cost 70+0, b.requests 1+0`,
  ),
  scenario(
    'an open reservation is released: nothing stays, not even the request that was not sent',
    `budget: { id: b, limits: [1000 tokens, 10 requests] }
     reserve a 60+40 -> granted | b.tokens 0+100, b.requests 0+1
     release a -> ok | b.tokens 0+0, b.requests 0+0`,
  ),
  scenario(
    'a request that was sent and failed keeps counting as a request',
    `budget: { id: b, limits: [1000 tokens, 10 requests] }
     reserve a 60+40 -> granted
     release a sent -> ok | b.tokens 0+0, b.requests 1+0`,
  ),
  scenario(
    'an open reservation is extended: it outlives its first time to live',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 60+40 ttl=60s -> granted
     extend a 2m -> extended expires=2026-01-01T12:02:00Z
     pass 90s | b 0+100
     pass 31s | b 100+0`,
  ),
  scenario(
    'an extension never shortens',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 60+40 ttl=2m -> granted
     extend a 10s -> extended expires=2026-01-01T12:02:00Z
     pass 60s | b 0+100`,
  ),
  scenario(
    'L4: a commit of a committed reservation answers the same and changes nothing',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 60+40 -> granted
     commit a 50+20 -> ok cost=70 | b 70+0
     commit a 50+20 -> ok cost=70 | b 70+0
     commit a 50+30 -> error ID_REUSED | b 70+0`,
  ),
  scenario(
    'a committed reservation cannot be released or extended',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 60+40 -> granted
     commit a 50+20 -> ok
     release a -> error SETTLED | b 70+0
     extend a 60s -> error SETTLED | b 70+0`,
  ),
  scenario(
    'L6: a commit after the release is applied, and marked late',
    `budget: { id: b, limits: [1000 tokens, 5 requests] }
     reserve a 60+40 -> granted
     release a -> ok | b.tokens 0+0
     commit a 50+20 -> ok cost=70 late | b.tokens 70+0, b.requests 1+0`,
  ),
  scenario(
    'L4: a second release answers the same; a released reservation cannot be extended',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 60+40 -> granted
     release a -> ok
     release a -> ok | b 0+0
     extend a 60s -> error SETTLED`,
  ),
  scenario(
    'L5: a commit after the expiry replaces what expiry charged',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 60+40 -> granted
     pass 121s | b 100+0
     commit a 50+20 -> ok late | b 70+0`,
  ),
  scenario(
    'L5: a release after the expiry takes back what expiry charged',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 60+40 -> granted
     pass 121s | b 100+0
     release a -> ok | b 0+0
     commit a 10+0 -> ok late | b 10+0`,
  ),
  scenario(
    'an expired reservation cannot be extended',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 60+40 -> granted
     pass 121s
     extend a 60s -> error EXPIRED | b 100+0`,
  ),
  scenario(
    'L6: a commit of an unknown id is recorded where it brings its call',
    `budget: { id: b, limits: [1000 tokens, 5 requests] }
     commit a 50+20 with-call -> ok cost=70 | b.tokens 70+0, b.requests 1+0
     commit a 50+20 with-call -> ok cost=70 | b.tokens 70+0
     commit a 50+21 with-call -> error ID_REUSED`,
  ),
  scenario(
    'a commit of an unknown id without its call is not found',
    `budget: { id: b, limits: [1000 tokens] }
     commit a 50+20 -> error NOT_FOUND field=id | b 0+0
     extend a 60s -> error NOT_FOUND`,
  ),
  scenario(
    'a release of an unknown id leaves a tombstone: a reserve that arrives later is refused',
    `budget: { id: b, limits: [1000 tokens] }
     release a -> ok
     reserve a 60+40 -> error SETTLED | b 0+0
     release a -> ok
     commit a 5+5 -> error NOT_FOUND
     extend a 60s -> error NOT_FOUND`,
  ),
  scenario(
    'L6: what a client gave up on and yet used is recorded over the tombstone',
    `budget: { id: b, limits: [1000 tokens] }
     release a -> ok
     record a 5+5 -> ok cost=10 | b 10+0`,
  ),
];
