// The truth is recorded (L6), an unknown price is never zero (L7), money is an integer (L12).
import { scenario } from '../scenario.ts';

export const moneyScenarios = [
  scenario(
    'L6: a commit above what was reserved is recorded whole, as an overrun',
    `budget: { id: b, limits: [$0.0000001], onShortage: [deny] }
     reserve a 40+40 -> granted | b 0+80
     commit a 90+90 -> ok cost=180 over=100 | b 180+0
     reserve c 0+1 -> denied EXHAUSTED had=180+0 limit=100`,
  ),
  scenario(
    'L6: a record is never refused for its amount',
    `budget: { id: b, limits: [10 tokens, 1 request/day, $0.00000001], onShortage: [deny] }
     record a 5000+5000 -> ok cost=10000 over=0 | b.tokens 10000+0, b.cost 10000+0, b.requests 1+0
     record c 1+1 -> ok | b.tokens 10002+0, b.requests 2+0`,
  ),
  scenario(
    'L6: a call that no budget matches is recorded too',
    `budget: { id: b, limits: [10 tokens], match: { team: x } }
     reserve a 500+500 -> granted held=1000 cost=1000 | b 0+0
     commit a 400+400 -> ok cost=800 | b 0+0`,
  ),
  scenario(
    'L7: a model without a price is denied where a cost limit applies',
    `budget: { id: b, limits: [$1/day, 1000 tokens/day], onShortage: [deny] }
     reserve a 1+1 model=nobody-knows -> denied UNPRICED by=b retry=never | b.cost 0+0, b.tokens 0+0`,
  ),
  scenario(
    'L7: a model without a price passes where only tokens are limited',
    `budget: { id: b, limits: [1000 tokens/day], onShortage: [deny] }
     reserve a 10+10 model=nobody-knows -> granted cost=unknown | b 0+20
     commit a 5+5 -> ok cost=unknown | b 10+0`,
  ),
  scenario(
    'L7: UNPRICED goes before EXHAUSTED, and after TOO_LARGE',
    `budget: { id: cost, limits: [$1/day], onShortage: [deny] }
     budget: { id: spent, limits: [10 tokens/day], onShortage: [deny] }
     record a 10+0 model=m -> ok
     reserve c 1+1 model=nobody-knows -> denied UNPRICED reasons=UNPRICED,EXHAUSTED
     reserve d 20+20 model=nobody-knows -> denied TOO_LARGE reasons=TOO_LARGE,UNPRICED`,
  ),
  scenario(
    'L7: a configured fallback prices what nobody knows, for budgets that accept it',
    `config: unpriced: { input: $0.002, output: $0.004 }
     budget: { id: b, limits: [$0.000001/day], unpriced: fallback, onShortage: [deny] }
     reserve a 100+100 model=nobody-knows -> granted cost=600 | b 0+600
     commit a 100+50 -> ok cost=400 | b 400+0`,
  ),
  scenario(
    'L7: a budget that denies what is unpriced is not persuaded by a fallback',
    `config: unpriced: { input: $0.002, output: $0.004 }
     budget: { id: strict, limits: [$0.000001/day], unpriced: deny, onShortage: [deny] }
     reserve a 100+100 model=nobody-knows -> denied UNPRICED by=strict | strict 0+0`,
  ),
  scenario(
    'L7: a price of 0 is a real price',
    `budget: { id: b, limits: [$0.000001/day], onShortage: [deny] }
     reserve a 100+100 model=free -> granted cost=0 | b 0+0
     commit a 100+100 -> ok cost=0 | b 0+0`,
  ),
  scenario(
    'L12: a call is rounded up once, not once a kind of token',
    `config: zone: UTC
     budget: { id: b, match: { model: cheap-* }, limits: [$1/day] }
     reserve a 3+3 model=m -> granted cost=6
     record r 1+1 model=m -> ok cost=2`,
  ),
  scenario(
    'L12: sums of many small calls are exact',
    `budget: { id: b, limits: [$1/day, 100000 tokens/day] }
     records 100 3+4 -> ok=100 | b.cost 700+0, b.tokens 700+0
     records 100 1+0 model=dear -> ok=100 | b.cost 1700+0, b.tokens 800+0`,
  ),
  scenario(
    'L12: an amount that would pass 2^53 in a counter is refused, and nothing is lost',
    `budget: { id: b, limits: [9007199254740991 tokens] }
     record a 9007199254740000+0 model=free -> ok | b 9007199254740000+0
     record c 1000+0 model=free -> error INVALID_ARGUMENT field=amount | b 9007199254740000+0
     record d 991+0 model=free -> ok | b 9007199254740991+0`,
  ),
  scenario(
    'L12: counters in overdraft stay exact',
    `budget: { id: b, limits: [100 tokens], onShortage: [deny] }
     reserve a 30+30 -> granted
     commit a 300+30 -> ok over=270 | b 330+0
     release a -> error SETTLED | b 330+0`,
  ),
  scenario(
    'prices go by the model that was asked for, else by the one that answered',
    `budget: { id: b, limits: [$1/day] }
     reserve a 10+10 model=dear -> granted cost=200
     commit a 10+10 -> ok cost=200 | b 200+0`,
  ),
  scenario(
    'without a maximum of its own a call reserves the maximum of the model, for each choice',
    `budget: { id: b, limits: [1000 tokens] }
     reserve a 50+0 unbounded -> granted held=150
     reserve c 50+0 unbounded choices=3 -> granted held=350 | b 0+500`,
  ),
];
