// A call belongs to the window in which it was reserved (L8): every kind of window, and its turn.
import { scenario } from '../scenario.ts';

export const windowScenarios = [
  scenario(
    'L8: a day in UTC: at midnight there is room again',
    `budget: { id: b, limits: [100 tokens/day], onShortage: [deny] }
     reserve a 50+50 -> granted
     commit a 50+50 -> ok | b 100+0
     reserve c 0+1 -> denied EXHAUSTED reset=2026-01-02T00:00:00Z retry=43200000
     pass 12h | b 0+0
     reserve c 50+50 -> granted | b 0+100`,
  ),
  scenario(
    'L8: a call reserved before midnight and committed after it belongs to yesterday',
    `budget: { id: b, limits: [100 tokens/day], onShortage: [deny] }
     pass 719m
     reserve a 40+40 ttl=1h -> granted | b 0+80
     pass 2m | b 0+0
     commit a 40+30 -> ok | b 0+0
     reserve c 50+50 -> granted | b 0+100`,
  ),
  scenario(
    'L8: a record belongs to the day in which its call was made',
    `budget: { id: b, limits: [100 tokens/day] }
     record a 30+0 at=-13h -> ok | b 0+0
     record c 20+0 at=-11h -> ok | b 20+0`,
  ),
  scenario(
    'L8: what expires after midnight is charged to the day of its reserve',
    `budget: { id: b, limits: [100 tokens/day] }
     pass 719m
     reserve a 40+40 ttl=5m -> granted
     pass 10m | b 0+0
     commit a 40+30 -> ok late | b 0+0`,
  ),
  scenario(
    'a month ends with the month',
    `budget: { id: b, limits: [100 tokens/month], onShortage: [deny] }
     record a 100+0 -> ok | b 100+0
     reserve c 0+1 -> denied EXHAUSTED reset=2026-02-01T00:00:00Z
     pass 30d | b 100+0
     pass 13h | b 0+0`,
  ),
  scenario(
    'a week begins on Monday',
    `budget: { id: b, limits: [100 tokens/week], onShortage: [deny] }
     record a 100+0 -> ok
     reserve c 0+1 -> denied EXHAUSTED reset=2026-01-05T00:00:00Z
     pass 3d | b 100+0
     pass 12h | b 0+0`,
  ),
  scenario(
    'a quarter and a year turn where the calendar says',
    `budget: { id: q, limits: [100 tokens/quarter], onShortage: [deny] }
     budget: { id: y, limits: [100 tokens/year], onShortage: [deny] }
     record a 100+0 -> ok
     reserve c 0+1 -> denied EXHAUSTED by=q,y reset=2027-01-01T00:00:00Z
     pass 90d | q 0+0, y 100+0
     pass 275d | y 0+0`,
  ),
  scenario(
    'L8: one call under budgets of two zones falls into two days',
    `budget: { id: tokyo, zone: Asia/Tokyo, limits: [100 tokens/day], onShortage: [deny] }
     budget: { id: york, zone: America/New_York, limits: [100 tokens/day], onShortage: [deny] }
     reserve a 50+50 -> granted | tokyo 0+100, york 0+100
     commit a 50+50 -> ok
     reserve c 0+1 -> denied EXHAUSTED by=tokyo,york reset=2026-01-02T05:00:00Z
     pass 3h | tokyo 0+0, york 100+0
     pass 14h | york 0+0`,
  ),
  scenario(
    'a rolling minute forgets a call after a minute, and never earlier',
    `budget: { id: b, limits: [100 tokens/minute], onShortage: [deny] }
     record a 100+0 -> ok | b 100+0
     pass 59s | b 100+0
     reserve c 0+1 -> denied EXHAUSTED reset=2026-01-01T12:01:01Z retry=2000
     pass 1s | b 100+0
     pass 1s | b 0+0
     reserve c 0+1 -> granted`,
  ),
  scenario(
    'a rolling window says when enough has left it for this call, not when it is empty',
    `budget: { id: b, limits: [100 tokens/minute], onShortage: [deny] }
     record a 30+0 -> ok
     pass 20s
     record c 30+0 -> ok
     pass 20s
     record d 40+0 -> ok | b 100+0
     reserve small 0+20 -> denied EXHAUSTED reset=2026-01-01T12:01:01Z
     reserve middle 0+60 -> denied EXHAUSTED reset=2026-01-01T12:01:21Z
     reserve large 0+100 -> denied EXHAUSTED reset=2026-01-01T12:01:41Z`,
  ),
  scenario(
    'a rolling hour counts in granules of a minute',
    `budget: { id: b, limits: [100 tokens/hour], onShortage: [deny] }
     record a 60+0 -> ok
     pass 30m
     record c 40+0 -> ok | b 100+0
     pass 31m | b 40+0
     pass 30m | b 0+0`,
  ),
  scenario(
    'a rolling window of any length',
    `budget: { id: b, limits: [10 requests/rolling 90s], onShortage: [deny] }
     burst 12 1+1 -> granted=10 denied=2 | b 0+10
     pass 91s | b 0+10
     pass 40s | b 0+0`,
  ),
  scenario(
    'L8: a reservation that outlives its rolling window leaves it with its bucket',
    `budget: { id: b, limits: [100 tokens/minute], onShortage: [deny] }
     reserve a 50+50 ttl=10m -> granted | b 0+100
     pass 62s | b 0+0
     reserve c 50+50 -> granted | b 0+100
     commit a 50+50 -> ok | b 0+100`,
  ),
  scenario(
    'a fixed window has periods of its length, one after the other, from its anchor on',
    `budget: { id: b, anchor: 2025-12-25, limits: [100 tokens/10d], onShortage: [deny] }
     record a 100+0 -> ok
     reserve c 0+1 -> denied EXHAUSTED reset=2026-01-04T00:00:00Z window=10d
     pass 60h | b 0+0
     reserve d 50+50 -> granted | b 0+100`,
  ),
  scenario(
    'a fixed window without an anchor begins when the budget is first seen',
    `budget: { id: b, limits: [100 tokens/30d], onShortage: [deny] }
     record a 100+0 -> ok
     reserve c 0+1 -> denied EXHAUSTED reset=2026-01-31T12:00:00Z
     pass 30d | b 0+0`,
  ),
  scenario(
    'a fixed window keeps its beginning over a crash',
    `budget: { id: b, limits: [100 tokens/36h], onShortage: [deny] }
     record a 100+0 -> ok
     pass 20h
     crash | b 100+0
     reserve c 0+1 -> denied EXHAUSTED reset=2026-01-03T00:00:00Z`,
  ),
  scenario(
    'a lifetime never resets',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     record a 100+0 -> ok
     pass 3000d | b 100+0
     reserve c 0+1 -> denied EXHAUSTED reset=never retry=never`,
  ),
  scenario(
    'several windows of one unit are limits of their own',
    `budget: { id: b, limits: [50 tokens/minute, 80 tokens/day], onShortage: [deny] }
     record a 50+0 -> ok | b@rolling60s 50+0, b@day 50+0
     reserve c 0+20 -> denied EXHAUSTED reasons=EXHAUSTED window=rolling60s had=50+0
     pass 61s | b@rolling60s 0+0, b@day 50+0
     reserve c 0+40 -> denied EXHAUSTED had=50+0 limit=80
     reserve d 0+30 -> granted`,
  ),
  scenario(
    'L8: when windows of two lengths refuse, the retry is when the last yields',
    `budget: { id: minute, limits: [50 tokens/minute], onShortage: [deny] }
     budget: { id: day, limits: [50 tokens/day], onShortage: [deny] }
     record a 50+0 -> ok
     reserve c 0+1 -> denied EXHAUSTED by=minute,day reset=2026-01-02T00:00:00Z`,
  ),
  scenario(
    'L8: the clocks go forward in Berlin, and the day there has 23 hours',
    `budget: { id: b, zone: Europe/Berlin, limits: [100 tokens/day], onShortage: [deny] }
     pass 86d
     pass 11h | b 0+0
     pass 30m
     record a 100+0 -> ok
     reserve c 0+1 -> denied EXHAUSTED reset=2026-03-29T22:00:00Z
     pass 22h | b 100+0
     pass 1h | b 0+0`,
  ),
];
