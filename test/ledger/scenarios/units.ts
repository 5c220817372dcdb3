// Every unit: what it holds, and what is left of it at each ending.
import { scenario } from '../scenario.ts';

export const unitScenarios = [
  scenario(
    'input and output tokens are limited apart',
    `budget: { id: b, limits: [100 input_tokens/day, 50 output_tokens/day], onShortage: [deny] }
     reserve a 60+30 -> granted | b.input_tokens 0+60, b.output_tokens 0+30
     reserve c 30+30 -> denied IN_FLIGHT unit=output_tokens
     commit a 50+10 -> ok | b.input_tokens 50+0, b.output_tokens 10+0
     reserve c 51+30 -> denied EXHAUSTED unit=input_tokens
     reserve c 50+40 -> granted`,
  ),
  scenario(
    'concurrency is given back by a commit, a release and an expiry alike',
    `budget: { id: b, limits: [3 concurrent], onShortage: [deny] }
     reserve a 1+1 -> granted
     reserve c 1+1 -> granted
     reserve d 1+1 ttl=10s -> granted | b 0+3
     reserve e 1+1 -> denied IN_FLIGHT unit=concurrency had=0+3
     commit a 1+1 -> ok | b 0+2
     release c sent -> ok | b 0+1
     pass 10s | b 0+0`,
  ),
  scenario(
    'a concurrency of 0 lets nothing through, and says that waiting does not help',
    `budget: { id: b, limits: [0 concurrent], onShortage: [deny] }
     reserve a 1+1 -> denied TOO_LARGE retry=never`,
  ),
  scenario(
    'a record takes no place among calls at the same time',
    `budget: { id: b, limits: [1 concurrent], onShortage: [deny] }
     record a 5+5 -> ok | b 0+0
     reserve c 1+1 -> granted`,
  ),
  scenario(
    'requests count attempts that were sent',
    `budget: { id: b, limits: [3 requests/day], onShortage: [deny] }
     reserve a 1+1 -> granted
     reserve c 1+1 -> granted
     reserve d 1+1 -> granted | b 0+3
     release a -> ok | b 0+2
     release c sent -> ok | b 1+1
     commit d 0+0 -> ok | b 2+0
     reserve e 1+1 -> granted
     reserve f 1+1 -> denied IN_FLIGHT`,
  ),
  scenario(
    'a custom unit takes what the caller says',
    `budget: { id: b, limits: [10 tool_calls/day], onShortage: [deny] }
     reserve a 1+1 tool_calls=4 -> granted | b 0+4
     commit a 1+1 tool_calls=3 -> ok | b 3+0
     reserve c 1+1 tool_calls=8 -> denied EXHAUSTED unit=tool_calls asked=8 had=3+0
     reserve c 1+1 tool_calls=7 -> granted | b 3+7`,
  ),
  scenario(
    'a commit that does not name a custom unit keeps what was reserved of it',
    `budget: { id: b, limits: [10 tool_calls/day] }
     reserve a 1+1 tool_calls=4 -> granted
     commit a 1+1 -> ok | b 4+0`,
  ),
  scenario(
    'a call that uses none of a custom unit passes it exhausted',
    `budget: { id: b, limits: [10 tool_calls/day], onShortage: [deny] }
     record a 1+1 tool_calls=10 -> ok | b 10+0
     reserve c 1+1 -> granted | b 10+0
     reserve d 1+1 tool_calls=1 -> denied EXHAUSTED`,
  ),
  scenario(
    'L11: amounts of custom units must be whole, and their names must be names',
    `budget: { id: b, limits: [10 tool_calls/day] }
     reserve a 1+1 tool_calls=1.5 -> error INVALID_ARGUMENT | b 0+0
     reserve a 1+1 tool_calls=-1 -> error INVALID_ARGUMENT
     reserve a 1+1 Tool_calls=1 -> error INVALID_ARGUMENT | b 0+0`,
  ),
  scenario(
    'a custom unit can be limited per request',
    `budget: { id: b, limits: [3 tool_calls/request], onShortage: [deny] }
     reserve a 1+1 tool_calls=4 -> denied TOO_LARGE window=request
     reserve c 1+1 tool_calls=3 -> granted`,
  ),
  scenario(
    'cost per request is limited by the worst case',
    `budget: { id: b, limits: [$0.0000001/request], onShortage: [deny] }
     reserve a 60+41 -> denied TOO_LARGE unit=cost limit=100 asked=101
     reserve c 60+40 -> granted cost=100`,
  ),
];
