// Calendar windows where clocks change, months end and years turn: a call counts for one period, once (L8).
import { scenario } from '../scenario.ts';

export const calendarScenarios = [
  scenario(
    'L8: the clocks go back in Berlin, the day there has 25 hours, and the hour that comes twice is one day',
    `budget: { id: b, zone: Europe/Berlin, limits: [100 tokens/day], onShortage: [deny] }
     pass 296d
     pass 10h
     # 2026-10-25 00:00 there; at 01:00 UTC it is 02:00 for the second time.
     record a 40+0 -> ok | b 40+0
     pass 150m
     record c 40+0 -> ok | b 80+0
     pass 60m
     record d 20+0 -> ok | b 100+0
     reserve e 0+1 -> denied EXHAUSTED reset=2026-10-25T23:00:00Z
     pass 21h | b 100+0
     pass 29m | b 100+0
     pass 1m | b 0+0
     reserve e 0+100 -> granted`,
  ),
  scenario(
    'L8: in New York the day of spring has 23 hours and the day of autumn 25',
    `budget: { id: b, zone: America/New_York, limits: [100 tokens/day], onShortage: [deny] }
     pass 65d
     pass 17h
     # 2026-03-08 00:00 there.
     record a 100+0 -> ok | b 100+0
     reserve c 0+1 -> denied EXHAUSTED reset=2026-03-09T04:00:00Z
     pass 23h | b 0+0
     pass 236d
     pass 23h | b 0+0
     # 2026-10-31 23:00 there, and then 2026-11-01.
     record d 100+0 -> ok | b 100+0
     pass 1h | b 0+0
     record e 100+0 -> ok | b 100+0
     reserve f 0+1 -> denied EXHAUSTED reset=2026-11-02T05:00:00Z
     pass 24h | b 100+0
     pass 1h | b 0+0`,
  ),
  scenario(
    'L8: Lord Howe moves its clocks by half an hour',
    `budget: { id: b, zone: Australia/Lord_Howe, limits: [100 tokens/day], onShortage: [deny] }
     pass 93d
     pass 1h
     # 2026-04-05 00:00 there: 24.5 hours.
     record a 100+0 -> ok
     reserve c 0+1 -> denied EXHAUSTED reset=2026-04-05T13:30:00Z
     pass 24h | b 100+0
     pass 30m | b 0+0
     pass 180d | b 0+0
     # 2026-10-03 00:00 there, and the next day has 23.5.
     record d 100+0 -> ok
     reserve e 0+1 -> denied EXHAUSTED reset=2026-10-03T13:30:00Z
     pass 24h | b 0+0
     record f 100+0 -> ok
     reserve g 0+1 -> denied EXHAUSTED reset=2026-10-04T13:00:00Z
     pass 1409m | b 100+0
     pass 1m | b 0+0`,
  ),
  scenario(
    'L8: a day of Kathmandu begins at a quarter past six in the evening, UTC',
    `budget: { id: b, zone: Asia/Kathmandu, limits: [100 tokens/day], onShortage: [deny] }
     record a 100+0 -> ok
     reserve c 0+1 -> denied EXHAUSTED reset=2026-01-01T18:15:00Z retry=22500000
     pass 374m | b 100+0
     pass 1m | b 0+0`,
  ),
  scenario(
    'L8: in Cairo the day on which midnight does not exist begins at one, and is no day longer for it',
    `budget: { id: b, zone: Africa/Cairo, limits: [100 tokens/day], onShortage: [deny] }
     pass 112d
     pass 9h
     # 2026-04-23 23:00 there.
     record a 100+0 -> ok
     reserve c 0+1 -> denied EXHAUSTED reset=2026-04-23T22:00:00Z
     pass 59m | b 100+0
     pass 1m | b 0+0
     record d 100+0 -> ok
     reserve e 0+1 -> denied EXHAUSTED reset=2026-04-24T21:00:00Z`,
  ),
  scenario(
    'L8: in Havana midnight comes twice, and the day turns at the first',
    `budget: { id: b, zone: America/Havana, limits: [100 tokens/day], onShortage: [deny] }
     pass 303d
     pass 16h
     # 2026-11-01 00:00 there; it is 00:00 again an hour later.
     record a 60+0 -> ok | b 60+0
     pass 1h | b 60+0
     record c 40+0 -> ok | b 100+0
     reserve d 0+1 -> denied EXHAUSTED reset=2026-11-02T05:00:00Z`,
  ),
  scenario(
    'L8: a call reserved before the clocks go forward and committed after it belongs to the day it began',
    `budget: { id: b, zone: Europe/Berlin, limits: [100 tokens/day], onShortage: [deny] }
     pass 86d
     pass 635m
     # 2026-03-28 23:35 there.
     reserve a 40+40 ttl=6h -> granted | b 0+80
     pass 25m | b 0+0
     pass 90m
     # 03:30, half an hour after 01:59.
     commit a 40+30 -> ok | b 0+0
     reserve c 0+100 -> granted | b 0+100`,
  ),
  scenario(
    'L8: a record made before the clocks went back is charged to its own day, by their old offset',
    `budget: { id: b, zone: Europe/Berlin, limits: [100 tokens/day] }
     pass 297d
     # 2026-10-25 13:00 there, and the day began 14 hours ago.
     record a 10+0 at=-14h -> ok | b 10+0
     record c 20+0 at=-841m -> ok | b 10+0
     record d 30+0 at=-13h -> ok | b 40+0`,
  ),
  scenario(
    'a leap day is a day of its own, and its month has 29',
    `budget: { id: d, limits: [100 tokens/day], onShortage: [deny] }
     budget: { id: m, limits: [300 tokens/month], onShortage: [deny] }
     pass 788d
     # 2028-02-28 12:00.
     record a 100+0 -> ok | d 100+0, m 100+0
     reserve x 0+1 -> denied EXHAUSTED by=d reset=2028-02-29T00:00:00Z
     pass 12h | d 0+0, m 100+0
     record c 100+0 -> ok | d 100+0, m 200+0
     reserve x 0+1 -> denied EXHAUSTED by=d reset=2028-03-01T00:00:00Z
     pass 24h | d 0+0, m 0+0`,
  ),
  scenario(
    'February of 2026 has no leap day, and the months after it end on the 31st and the 30th',
    `budget: { id: b, limits: [100 tokens/month], onShortage: [deny] }
     pass 58d
     # 2026-02-28 12:00.
     record a 100+0 -> ok
     reserve x 0+1 -> denied EXHAUSTED reset=2026-03-01T00:00:00Z
     pass 12h | b 0+0
     record c 100+0 -> ok
     reserve y 0+1 -> denied EXHAUSTED reset=2026-04-01T00:00:00Z
     pass 31d | b 0+0
     record d 100+0 -> ok
     reserve z 0+1 -> denied EXHAUSTED reset=2026-05-01T00:00:00Z
     pass 30d | b 0+0`,
  ),
  scenario(
    'a week goes on over the turn of the year, which ends quarter and year',
    `budget: { id: w, limits: [300 tokens/week], onShortage: [deny] }
     budget: { id: q, limits: [100 tokens/quarter], onShortage: [deny] }
     budget: { id: y, limits: [100 tokens/year], onShortage: [deny] }
     pass 364d
     # Thursday, 2026-12-31 12:00; the week began on the 28th.
     record a 100+0 -> ok | w 100+0, q 100+0, y 100+0
     reserve x 0+1 -> denied EXHAUSTED by=q,y reset=2027-01-01T00:00:00Z
     pass 12h | w 100+0, q 0+0, y 0+0
     record c 100+0 -> ok | w 200+0, q 100+0, y 100+0
     pass 3d | w 0+0, q 100+0, y 100+0`,
  ),
  scenario(
    'a quarter with a change of the clocks ends at midnight where its budget is',
    `budget: { id: b, zone: Europe/Berlin, limits: [100 tokens/quarter], onShortage: [deny] }
     pass 89d
     # 2026-03-31 14:00 there, by summer time.
     record a 100+0 -> ok
     reserve x 0+1 -> denied EXHAUSTED reset=2026-03-31T22:00:00Z retry=36000000
     pass 599m | b 100+0
     pass 1m | b 0+0
     record c 100+0 -> ok
     reserve x 0+1 -> denied EXHAUSTED reset=2026-06-30T22:00:00Z`,
  ),
  scenario(
    'L8: one call under budgets of two zones falls into two months, and into two years',
    `budget: { id: apia, zone: Pacific/Apia, limits: [100 tokens/month, 150 tokens/year], onShortage: [deny] }
     budget: { id: york, zone: America/New_York, limits: [100 tokens/month, 150 tokens/year], onShortage: [deny] }
     pass 364d
     # 2027-01-01 01:00 in Apia, 2026-12-31 07:00 in New York.
     reserve a 50+50 -> granted
     commit a 50+50 -> ok | apia@month 100+0, apia@year 100+0, york@month 100+0, york@year 100+0
     reserve x 0+1 -> denied EXHAUSTED by=apia,york reset=2027-01-31T11:00:00Z
     pass 17h | apia@month 100+0, apia@year 100+0, york@month 0+0, york@year 0+0
     reserve y 0+1 -> denied EXHAUSTED by=apia reset=2027-01-31T11:00:00Z
     pass 30d | apia@month 100+0
     pass 6h | apia@month 0+0, apia@year 100+0
     reserve z 0+50 -> granted`,
  ),
  scenario(
    'L8: a call in flight while one zone turns and the other does not settles in the periods it began in',
    `budget: { id: lord, zone: Australia/Lord_Howe, limits: [100 tokens/day], onShortage: [deny] }
     budget: { id: nepal, zone: Asia/Kathmandu, limits: [100 tokens/day], onShortage: [deny] }
     pass 59m
     reserve a 50+30 ttl=10h -> granted | lord 0+80, nepal 0+80
     # Midnight on Lord Howe.
     pass 1m | lord 0+0, nepal 0+80
     reserve c 0+20 -> granted | lord 0+20, nepal 0+100
     commit a 50+10 -> ok | lord 0+20, nepal 60+20`,
  ),
];
