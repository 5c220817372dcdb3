// A clock that jumps opens no window again (L10).
import { scenario } from '../scenario.ts';

export const clockScenarios = [
  scenario(
    'L10: a clock that goes back over midnight does not bring yesterday back',
    `budget: { id: b, limits: [100 tokens/day], onShortage: [deny] }
     record a 100+0 -> ok
     pass 13h | b 0+0
     record c 60+0 -> ok | b 60+0
     clock -2h | b 60+0
     reserve d 0+50 -> denied EXHAUSTED had=60+0
     reserve e 0+40 -> granted | b 60+40`,
  ),
  scenario(
    'L10: a clock that goes back does not refill a rolling window',
    `budget: { id: b, limits: [100 tokens/minute], onShortage: [deny] }
     record a 100+0 -> ok
     clock -10m
     reserve c 0+1 -> denied EXHAUSTED had=100+0 | b 100+0`,
  ),
  scenario(
    'L10: a clock that goes back lets nothing live longer than the latest time that was seen',
    `budget: { id: b, limits: [100 tokens] }
     reserve a 0+50 ttl=60s -> granted
     pass 50s
     clock -1h
     pass 1h
     pass 11s | b 50+0`,
  ),
  scenario(
    'L10: the latest time is known after a crash too',
    `budget: { id: b, limits: [100 tokens/day], onShortage: [deny] }
     pass 13h
     record a 100+0 -> ok
     clock -3h
     crash | b 100+0
     reserve c 0+1 -> denied EXHAUSTED reset=2026-01-03T00:00:00Z`,
  ),
  scenario(
    'L10: a clock that jumps ahead turns the windows, once',
    `budget: { id: b, limits: [100 tokens/day], onShortage: [deny] }
     record a 100+0 -> ok
     clock +48h | b 0+0
     record c 30+0 -> ok | b 30+0
     clock -48h | b 30+0`,
  ),
];
