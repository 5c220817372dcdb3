// What happens before a denial: wait, clamp, downgrade; shadow budgets; a plea for an exact count.
import { scenario } from '../scenario.ts';

export const shortageScenarios = [
  scenario(
    'wait: a call waits for one in flight, and takes the room it gives back',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ wait: 10s }, deny] }
     reserve a 50+50 -> granted
     reserve c 40+40 wait=10s -> waits | b 0+100
     commit a 10+5 -> ok
     answer c -> granted held=80 | b 15+80`,
  ),
  scenario(
    'wait: first come, first served',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ wait: 10s }, deny] }
     reserve a 50+50 -> granted
     reserve c 60+0 wait=10s -> waits
     reserve d 60+0 wait=10s -> waits
     commit a 0+0 -> ok
     answer c -> granted | b 0+60
     commit c 30+0 -> ok
     answer d -> granted | b 30+60`,
  ),
  scenario(
    'wait: a newcomer does not overtake those who wait',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ wait: 10s }, deny] }
     reserve a 90+0 -> granted
     reserve large 60+0 wait=10s -> waits
     reserve small 10+0 wait=10s -> waits
     commit a 0+0 -> ok
     answer large -> granted
     answer small -> granted | b 0+70`,
  ),
  scenario(
    'wait: what is spent is not waited for',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ wait: 10s }, deny] }
     record a 100+0 -> ok
     reserve c 0+1 wait=10s -> denied EXHAUSTED`,
  ),
  scenario(
    'wait: a caller that will not wait is denied at once',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ wait: 10s }, deny] }
     reserve a 50+50 -> granted
     reserve c 0+1 -> denied IN_FLIGHT`,
  ),
  scenario(
    'wait: when the call in flight is spent for good, those who wait are told',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ wait: 10s }, deny] }
     reserve a 50+50 -> granted
     reserve c 0+50 wait=10s -> waits
     commit a 60+40 -> ok
     answer c -> denied EXHAUSTED had=100+0`,
  ),
  scenario(
    'wait: a release of the id that waits ends its waiting',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ wait: 10s }, deny] }
     reserve a 50+50 -> granted
     reserve c 0+50 wait=10s -> waits
     release c -> ok
     answer c -> error SETTLED
     commit a 0+0 -> ok | b 0+0`,
  ),
  scenario(
    'wait: a top-up wakes those who wait',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ wait: 10s }, deny] }
     reserve a 50+50 -> granted
     reserve c 0+50 wait=10s -> waits
     top-up b 50 tokens
     answer c -> granted | b 0+150`,
  ),
  scenario(
    'clamp: the last part of a budget can be spent',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ clamp: { minOutputTokens: 10 } }, deny] }
     record a 50+0 -> ok
     reserve c 20+90 clampable -> granted clamp=30 held=50 | b 50+50`,
  ),
  scenario(
    'clamp: below its minimum a call is denied',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ clamp: { minOutputTokens: 10 } }, deny] }
     record a 75+0 -> ok
     reserve c 20+90 clampable -> denied TOO_LARGE
     reserve d 20+60 clampable -> denied EXHAUSTED
     reserve e 15+60 clampable -> granted clamp=10`,
  ),
  scenario(
    'clamp: the largest minimum of the budgets that refuse',
    `budget: { id: one, limits: [100 tokens], onShortage: [{ clamp: { minOutputTokens: 10 } }, deny] }
     budget: { id: two, limits: [100 tokens], onShortage: [{ clamp: { minOutputTokens: 40 } }, deny] }
     record a 70+0 -> ok
     reserve c 0+90 clampable -> denied EXHAUSTED
     reset one
     reserve d 0+90 clampable -> denied EXHAUSTED by=two
     reset two
     record e 55+0 -> ok
     reserve f 0+90 clampable -> granted clamp=45`,
  ),
  scenario(
    'clamp: not where the request cannot be changed, and not where a budget has no clamp',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ clamp: { minOutputTokens: 10 } }, deny] }
     budget: { id: plain, match: { team: x }, limits: [100 tokens], onShortage: [deny] }
     record a 50+0 team=x -> ok
     reserve c 20+90 -> denied TOO_LARGE by=b
     reserve d 20+60 clampable team=x -> denied EXHAUSTED by=b,plain`,
  ),
  scenario(
    'clamp: each choice gets its share',
    `budget: { id: b, limits: [100 tokens], onShortage: [{ clamp: { minOutputTokens: 10 } }, deny] }
     reserve c 10+60 clampable choices=3 -> granted clamp=30 held=100`,
  ),
  scenario(
    'a cheap bound that a limit refuses is answered with a plea for an exact count',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     reserve a 90+20 cheap -> refine | b 0+0
     reserve a 60+20 -> granted held=80 | b 0+80`,
  ),
  scenario(
    'no exact count helps a model without a price, or too many requests',
    `budget: { id: cost, match: { model: nobody-knows }, limits: [$1/day], onShortage: [deny] }
     budget: { id: b, limits: [1 request/day], onShortage: [deny] }
     reserve a 90+20 cheap model=nobody-knows -> denied UNPRICED
     record c 1+0 -> ok
     reserve d 1+0 cheap -> denied EXHAUSTED by=b`,
  ),
  scenario(
    'downgrade: another model of the same provider, on shortage',
    `budget: { id: b, limits: [$0.000001], onShortage: [{ downgrade: { dear: m } }, deny] }
     record a 500+0 -> ok | b 500+0
     reserve c 30+30 model=dear downgradable -> granted model=m cost=60 | b 500+60
     reserve d 30+10 model=dear downgradable -> granted cost=400
     reserve e 30+30 model=dear -> denied EXHAUSTED`,
  ),
  scenario(
    'downgrade: from a share of the ceiling on, before there is any shortage',
    `budget: { id: b, limits: [$0.000001], onShortage: [{ downgrade: { from: 50%, dear: m } }, deny] }
     reserve a 5+5 model=dear downgradable -> granted cost=100
     commit a 5+5 -> ok
     record c 500+0 -> ok | b 600+0
     reserve d 5+5 model=dear downgradable -> granted model=m cost=10`,
  ),
  scenario(
    'downgrade: only if all budgets that refuse agree on the model',
    `budget: { id: one, limits: [$0.0000001], onShortage: [{ downgrade: { dear: m } }, deny] }
     budget: { id: two, limits: [$0.0000001], onShortage: [{ downgrade: { dear: free } }, deny] }
     reserve a 30+30 model=dear downgradable -> denied TOO_LARGE by=one,two`,
  ),
  scenario(
    'L7: a downgrade to a model with a price helps one without',
    `budget: { id: b, limits: [$0.000001], onShortage: [{ downgrade: { nobody-knows: m } }, deny] }
     reserve a 30+30 model=nobody-knows downgradable -> granted model=m cost=60 | b 0+60`,
  ),
  scenario(
    'shadow: decides and reports, never refuses, and counts what it let through',
    `budget: { id: s, mode: shadow, limits: [100 tokens/day] }
     budget: { id: b, limits: [1000 tokens/day], onShortage: [deny] }
     record a 90+0 -> ok
     reserve c 20+0 -> granted shadow=s:EXHAUSTED | s 90+20, b 90+20
     reserve d 200+0 -> granted shadow=s:TOO_LARGE | s 90+220`,
  ),
  scenario(
    'shadow: an unknown price is reported, not refused',
    `budget: { id: s, mode: shadow, limits: [$1/day] }
     reserve a 10+0 model=nobody-knows -> granted shadow=s:UNPRICED cost=unknown`,
  ),
  scenario(
    'a soft bound is admitted unless a budget denies it',
    `budget: { id: b, limits: [100 tokens] }
     budget: { id: strict, match: { team: x }, softBound: deny, limits: [100 tokens], onShortage: [deny] }
     reserve a 10+10 soft -> granted
     reserve c 10+10 soft team=x -> denied TOO_LARGE by=strict
     reserve d 10+10 team=x -> granted`,
  ),
  scenario(
    'extend: a hold grows where there is room, and stays as it was where there is none',
    `budget: { id: b, hold: adaptive, limits: [200 tokens], onShortage: [deny] }
     reserve a 20+100 -> granted
     extend a 60s out=100 -> extended held=120 | b 0+120
     reserve c 60+0 -> granted | b 0+180
     commit a 20+90 -> ok | b 110+60`,
  ),
];
