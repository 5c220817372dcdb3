// No grant overspends (L1), and a reserve takes all limits or none (L2).
import { scenario } from '../scenario.ts';

export const ceilingScenarios = [
  scenario(
    'L1: the ceiling is exact, to the last token',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     reserve a 60+39 -> granted | b 0+99
     reserve c 0+2 -> denied IN_FLIGHT had=0+99 asked=2 limit=100
     reserve d 0+1 -> granted | b 0+100
     reserve e 0+1 -> denied IN_FLIGHT | b 0+100`,
  ),
  scenario(
    'L1: what is committed and what is reserved count together',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     reserve a 30+30 -> granted
     commit a 30+20 -> ok | b 50+0
     reserve c 0+50 -> granted | b 50+50
     reserve d 0+1 -> denied IN_FLIGHT had=50+50
     commit c 0+50 -> ok | b 100+0
     reserve d 0+1 -> denied EXHAUSTED had=100+0 reset=never retry=never`,
  ),
  scenario(
    'L1: an amount of 0 is never refused, so a free model passes an exhausted cost limit',
    `budget: { id: b, limits: [$0.0000001], onShortage: [deny] }
     reserve a 50+50 -> granted
     commit a 50+50 -> ok cost=100 | b 100+0
     reserve c 0+1 -> denied EXHAUSTED
     reserve d 5000+5000 model=free -> granted cost=0 | b 100+0
     commit d 5000+5000 -> ok cost=0 over=0 | b 100+0`,
  ),
  scenario(
    'L1: an amount of 0 passes a counter in overdraft too',
    `budget: { id: b, limits: [100 tokens, 3 requests], onShortage: [deny] }
     record a 500+0 -> ok | b.tokens 500+0
     reserve c 0+0 -> granted | b.tokens 500+0, b.requests 1+1`,
  ),
  scenario(
    'L1: a late commit may leave a counter in overdraft, and nothing more is granted',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     reserve a 50+50 -> granted
     release a -> ok
     reserve c 50+50 -> granted | b 0+100
     commit a 50+50 -> ok late | b 100+100
     reserve d 0+1 -> denied EXHAUSTED had=100+100`,
  ),
  scenario(
    'L1: twenty calls at once share what there is for two',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     burst 20 25+25 -> granted=2 denied=18 | b 0+100`,
  ),
  scenario(
    'L1: a burst under several budgets is bounded by the tightest',
    `budget: { id: wide, limits: [1000 tokens], onShortage: [deny] }
     budget: { id: tight, limits: [7 requests], onShortage: [deny] }
     burst 30 10+10 -> granted=7 denied=23 | wide 0+140, tight 0+7`,
  ),
  scenario(
    'L2: one limit refuses, and no other counter has moved',
    `budget: { id: wide, limits: [1000 tokens, 100 requests], onShortage: [deny] }
     budget: { id: tight, limits: [50 tokens], onShortage: [deny] }
     reserve a 30+30 -> denied TOO_LARGE by=tight | wide.tokens 0+0, wide.requests 0+0, tight 0+0
     reserve a 20+20 -> granted | wide.tokens 0+40, wide.requests 0+1, tight 0+40`,
  ),
  scenario(
    'L2: the last budget in the file refuses, and the first has not moved',
    `budget: { id: one, limits: [1000 tokens], onShortage: [deny] }
     budget: { id: two, limits: [1000 tokens], onShortage: [deny] }
     budget: { id: three, limits: [1 request/day], onShortage: [deny] }
     reserve a 10+10 -> granted | one 0+20, two 0+20, three 0+1
     reserve c 10+10 -> denied IN_FLIGHT by=three | one 0+20, two 0+20, three 0+1`,
  ),
  scenario(
    'L2: a limit per request refuses before any counter moves',
    `budget: { id: b, limits: [1000 tokens, 50 tokens/request], onShortage: [deny] }
     reserve a 30+30 -> denied TOO_LARGE window=request limit=50 | b@lifetime 0+0
     reserve a 25+25 -> granted | b@lifetime 0+50`,
  ),
  scenario(
    'L2: every refusing limit is named, the worst first',
    `budget: { id: flight, limits: [100 tokens], onShortage: [deny] }
     budget: { id: spent, limits: [2 requests], onShortage: [deny] }
     budget: { id: small, limits: [5 tokens/request], match: { team: x }, onShortage: [deny] }
     reserve a 30+30 -> granted
     record z 0+0 -> ok | spent 1+1
     commit a 0+0 -> ok
     reserve d 40+40 -> denied EXHAUSTED by=spent
     reserve e 40+40 team=x -> denied TOO_LARGE by=small,spent reasons=TOO_LARGE,EXHAUSTED`,
  ),
  scenario(
    'L2: a settlement settles exactly the counters of its reserve, whatever was edited since',
    `budget: { id: one, limits: [1000 tokens] }
     budget: { id: two, limits: [1000 tokens] }
     reserve a 10+10 -> granted | one 0+20, two 0+20
     commit a 5+5 -> ok | one 10+0, two 10+0`,
  ),
  scenario(
    'too large is said against the ceiling, in flight against what is held, exhausted against what is spent',
    `budget: { id: b, limits: [100 tokens/day], onShortage: [deny] }
     reserve a 60+41 -> denied TOO_LARGE asked=101 limit=100 retry=never
     reserve a 40+20 -> granted
     reserve c 40+20 -> denied IN_FLIGHT had=0+60
     commit a 40+20 -> ok
     reserve c 40+20 -> denied EXHAUSTED had=60+0 reset=2026-01-02T00:00:00Z`,
  ),
];
