// Idempotency (L4) and input that is refused (L11).
import { scenario } from '../scenario.ts';

export const idScenarios = [
  scenario(
    'L4: a repeated reserve is granted again and takes nothing more',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     reserve a 30+30 -> granted held=60 | b 0+60
     reserve a 30+30 -> granted held=60 | b 0+60
     reserve a 30+31 -> error ID_REUSED field=id | b 0+60`,
  ),
  scenario(
    'L4: the same id from another team is reused, not repeated',
    `budget: { id: b, limits: [100 tokens] }
     reserve a 30+30 team=x -> granted
     reserve a 30+30 team=y -> error ID_REUSED | b 0+60`,
  ),
  scenario(
    'L4: a denial consumes no id',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     reserve hog 50+50 -> granted
     reserve a 30+30 -> denied IN_FLIGHT
     commit hog 10+0 -> ok
     reserve a 30+31 -> granted | b 10+61`,
  ),
  scenario(
    'L4: a plea for an exact count consumes no id',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     reserve a 200+0 cheap -> refine | b 0+0
     reserve a 90+0 -> granted | b 0+90`,
  ),
  scenario(
    'L4: a repeat after the commit is granted as before, and holds nothing again',
    `budget: { id: b, limits: [100 tokens] }
     reserve a 30+30 -> granted
     commit a 10+10 -> ok | b 20+0
     reserve a 30+30 -> granted held=60 | b 20+0`,
  ),
  scenario(
    'L4: an id older than the horizon is never applied',
    `budget: { id: b, limits: [100 tokens] }
     reserve old@-25h 10+10 -> error ID_EXPIRED field=id | b 0+0
     record older@-30h 10+10 -> error ID_EXPIRED | b 0+0
     release oldest@-26h -> error ID_EXPIRED
     reserve young@-23h 10+10 -> granted | b 0+20`,
  ),
  scenario(
    'L4: a record is counted once, however often it is delivered',
    `budget: { id: b, limits: [100 tokens, 5 requests] }
     record a 30+0 -> ok | b.tokens 30+0, b.requests 1+0
     record a 30+0 -> ok | b.tokens 30+0, b.requests 1+0
     record a 31+0 -> error ID_REUSED | b.tokens 30+0`,
  ),
  scenario(
    'L4: an id stays known over a crash',
    `budget: { id: b, limits: [100 tokens] }
     reserve a 30+30 -> granted
     commit a 10+10 -> ok
     crash | b 20+0
     commit a 10+10 -> ok cost=20 | b 20+0
     commit a 11+10 -> error ID_REUSED | b 20+0
     release a -> error SETTLED`,
  ),
  scenario(
    'L11: what is no id changes nothing',
    `budget: { id: b, limits: [100 tokens] }
     reserve !42 10+10 -> error INVALID_ARGUMENT field=id | b 0+0
     commit !not-an-id 10+10 -> error INVALID_ARGUMENT field=id
     release !019B7B8B-0000-7000-8000-000000000000 -> error INVALID_ARGUMENT field=id
     extend !019b7b8b-0000-4000-8000-000000000000 10s -> error INVALID_ARGUMENT field=id | b 0+0`,
  ),
  scenario(
    'L11: negative, fractional and endless amounts are refused by name',
    `budget: { id: b, limits: [100 tokens] }
     reserve a -1+0 -> error INVALID_ARGUMENT | b 0+0
     reserve a 1.5+0 -> error INVALID_ARGUMENT
     reserve a 0+-5 -> error INVALID_ARGUMENT | b 0+0
     reserve a 9007199254740991+9007199254740991 -> error INVALID_ARGUMENT | b 0+0`,
  ),
  scenario(
    'L11: label names and values that are ill-formed are refused by name',
    `budget: { id: b, limits: [100 tokens] }
     reserve a 1+1 Team=x -> error INVALID_ARGUMENT field=call.labels.Team | b 0+0
     reserve a 1+1 team= -> error INVALID_ARGUMENT field=call.labels.team
     reserve a 1+1 provider=x -> error INVALID_ARGUMENT field=call.labels.provider
     reserve a 1+1 run=a//b -> error INVALID_ARGUMENT field=call.labels.run
     reserve a 1+1 run=1/2/3/4/5/6/7/8/9 -> error INVALID_ARGUMENT field=call.labels.run | b 0+0`,
  ),
  scenario(
    'L11: a time to live has bounds',
    `budget: { id: b, limits: [100 tokens] }
     reserve a 1+1 ttl=25h -> error INVALID_ARGUMENT field=ttlMs | b 0+0
     reserve a 1+1 ttl=24h -> granted
     extend a 0s -> error INVALID_ARGUMENT field=ttlMs
     extend a 25h -> error INVALID_ARGUMENT field=ttlMs | b 0+2`,
  ),
  scenario(
    'L11: what was recorded must be of the last seven days, and not of the future',
    `budget: { id: b, limits: [100 tokens] }
     record a 1+1 at=-8d -> error INVALID_ARGUMENT field=call.reservedAtMs | b 0+0
     record a 1+1 at=-6d -> ok | b 2+0`,
  ),
  scenario(
    'L11: a number of choices has bounds',
    `budget: { id: b, limits: [100 tokens] }
     reserve a 1+1 choices=5000 -> error INVALID_ARGUMENT | b 0+0
     reserve a 1+1 choices=-1 -> error INVALID_ARGUMENT | b 0+0`,
  ),
];
