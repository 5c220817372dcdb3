// Editing a budget keeps its usage (L9): amounts, modes, top-ups, overrides, resets.
import { scenario } from '../scenario.ts';

export const editScenarios = [
  scenario(
    'L9: a larger amount makes room at once, with what was used',
    `budget: { id: b, limits: [100 tokens/day], onShortage: [deny] }
     record a 100+0 -> ok
     reserve c 0+1 -> denied EXHAUSTED
     set b 150 tokens | b 100+0
     reserve c 0+50 -> granted | b 100+50`,
  ),
  scenario(
    'L9: a smaller amount leaves an overdraft, and refuses until it is made good',
    `budget: { id: b, limits: [100 tokens/day], onShortage: [deny] }
     record a 80+0 -> ok
     set b 50 tokens | b 80+0
     reserve c 0+1 -> denied EXHAUSTED had=80+0 limit=50
     set b 100 tokens
     reserve c 0+20 -> granted`,
  ),
  scenario(
    'L9: shadow and back keeps what was counted',
    `budget: { id: b, limits: [100 tokens/day], onShortage: [deny] }
     record a 90+0 -> ok
     mode b shadow
     reserve c 20+0 -> granted shadow=b:EXHAUSTED | b 90+20
     mode b enforce
     reserve d 1+0 -> denied IN_FLIGHT had=90+20`,
  ),
  scenario(
    'L9: a top-up raises the ceiling for good',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     record a 100+0 -> ok
     reserve c 0+1 -> denied EXHAUSTED reset=never
     top-up b 50 tokens | b 100+0
     reserve c 0+50 -> granted
     reserve d 0+1 -> denied IN_FLIGHT limit=150
     top-up b 10 tokens
     pass 400d
     reserve e 0+10 -> granted`,
  ),
  scenario(
    'L9: a top-up of one scope is for that scope',
    `budget: { id: b, per: [user], limits: [$0.0000001], onShortage: [deny] }
     record a 100+0 user=u -> ok
     record c 100+0 user=v -> ok
     top-up b $0.00000005 user=u
     reserve d 0+50 user=u -> granted | b[user=u] 100+50
     reserve e 0+50 user=v -> denied EXHAUSTED limit=100`,
  ),
  scenario(
    'L9: an override holds until its time, and its end leaves what was granted',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     record a 100+0 -> ok
     override b +50 tokens until=2h
     reserve c 0+50 -> granted | b 100+50
     commit c 0+50 -> ok | b 150+0
     pass 2h
     reserve d 0+1 -> denied EXHAUSTED limit=100 had=150+0`,
  ),
  scenario(
    'L9: an override may take away for a while',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     override b -60 tokens until=1h
     reserve a 0+50 -> denied TOO_LARGE limit=40
     reserve a 0+40 -> granted
     pass 1h | b 40+0
     reserve c 0+60 -> granted`,
  ),
  scenario(
    'L9: a crash keeps edits, top-ups and overrides',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     record a 100+0 -> ok
     set b 120 tokens
     top-up b 30 tokens
     override b +50 tokens until=1h
     crash | b 100+0
     reserve c 0+100 -> granted
     reserve d 0+1 -> denied IN_FLIGHT limit=200
     pass 1h
     reserve e 0+1 -> denied EXHAUSTED limit=150`,
  ),
  scenario(
    'L9: only a reset clears what was used; what is in flight stays',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     record a 60+0 -> ok
     reserve c 0+40 -> granted | b 60+40
     reset b | b 0+40
     commit c 0+30 -> ok | b 30+0
     reserve d 0+70 -> granted`,
  ),
  scenario(
    'L9: a reset of one scope leaves the others',
    `budget: { id: b, per: [user], limits: [100 tokens] }
     record a 60+0 user=u -> ok
     record c 70+0 user=v -> ok
     reset b user=u | b[user=u] 0+0, b[user=v] 70+0`,
  ),
  scenario(
    'L9: a reset outlives a crash',
    `budget: { id: b, limits: [100 tokens/day, 100 tokens] }
     record a 60+0 -> ok
     reset b | b@day 0+0, b@lifetime 0+0
     record c 5+0 -> ok
     crash | b@day 5+0, b@lifetime 5+0`,
  ),
  scenario(
    'L5, L9: a late commit of a call that expired before a reset is charged as it was, not against it',
    `budget: { id: b, limits: [100 tokens] }
     reserve a 40+40 -> granted
     pass 121s | b 80+0
     pass 1s
     reset b | b 0+0
     pass 1s
     commit a 10+10 -> ok late | b 20+0`,
  ),
  scenario(
    'L5, L9: a reset and the end of a call in one millisecond are told apart by their order',
    `budget: { id: b, limits: [10 requests] }
     reserve a 1+1 -> granted
     reserve c 1+1 -> granted
     release a sent -> ok | b 1+1
     reset b | b 0+1
     release c sent -> ok | b 1+0
     commit c 1+1 -> ok late | b 1+0
     commit a 1+1 -> ok late | b 2+0`,
  ),
  scenario(
    'L9: two resets in one millisecond, and the end of a call between them',
    `budget: { id: b, limits: [10 requests] }
     reserve a 1+1 -> granted
     reset b | b 0+1
     release a sent -> ok | b 1+0
     reset b | b 0+0
     commit a 1+1 -> ok late | b 1+0`,
  ),
  scenario(
    'L11: an edit of a budget that is not there changes nothing',
    `budget: { id: b, limits: [100 tokens] }
     reset nobody -> error NOT_FOUND
     top-up nobody 5 tokens -> error NOT_FOUND
     top-up b $5 -> error INVALID_ARGUMENT
     reserve a 0+100 -> granted | b 0+100`,
  ),
];
