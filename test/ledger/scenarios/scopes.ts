// Which calls a budget is for, and which of its counters they touch.
import { scenario } from '../scenario.ts';

export const scopeScenarios = [
  scenario(
    'one counter for each user',
    `budget: { id: b, per: [user], limits: [100 tokens/day], onShortage: [deny] }
     reserve a 50+50 user=u1 -> granted | b[user=u1] 0+100
     reserve c 0+1 user=u1 -> denied IN_FLIGHT
     reserve d 50+50 user=u2 -> granted | b[user=u2] 0+100`,
  ),
  scenario(
    'calls without the label share a scope, and are never unmatched',
    `budget: { id: b, per: [user], limits: [100 tokens/day], onShortage: [deny] }
     reserve a 50+20 -> granted | b[user=(none)] 0+70
     reserve c 50+20 team=x -> denied IN_FLIGHT`,
  ),
  scenario(
    'one counter for each pair of values, whatever the order of the labels',
    `budget: { id: b, per: [user, team], limits: [100 tokens/day], onShortage: [deny] }
     reserve a 50+0 team=x user=u -> granted
     reserve c 50+0 user=u team=x -> granted | b[user=u,team=x] 0+100
     reserve d 1+0 user=u team=y -> granted | b[user=u,team=y] 0+1`,
  ),
  scenario(
    'per provider and model, which are computed from the call',
    `budget: { id: b, per: [provider, model], limits: [100 tokens/day], onShortage: [deny] }
     reserve a 60+0 model=m -> granted | b[model=m,provider=openai] 0+60
     reserve c 60+0 model=free -> granted | b[model=free] 0+60
     reserve d 60+0 model=m -> denied IN_FLIGHT`,
  ),
  scenario(
    'values that look like separators stay apart',
    `budget: { id: b, per: [team, user], limits: [100 tokens/day], onShortage: [deny] }
     reserve a 60+0 team=a,user user=b -> granted
     reserve c 60+0 team=a user=user|b -> granted
     reserve d 60+0 team=a user=user%7Cb -> granted`,
  ),
  scenario(
    "a child's spend counts for every ancestor of its run",
    `budget: { id: b, per: [run], limits: [100 tokens], onShortage: [deny] }
     reserve a 20+10 run=root/child/leaf -> granted | b[run=root] 0+30, b[run=root/child] 0+30, b[run=root/child/leaf] 0+30
     reserve c 40+0 run=root/other -> granted | b[run=root] 0+70, b[run=root/child] 0+30
     commit a 10+0 -> ok | b[run=root] 10+40, b[run=root/child/leaf] 10+0
     reserve d 60+0 run=root -> denied IN_FLIGHT`,
  ),
  scenario(
    'L2: an ancestor that is spent refuses the leaf, and no level has moved',
    `budget: { id: b, per: [run], limits: [100 tokens], onShortage: [deny] }
     record a 95+0 run=root -> ok
     reserve c 10+0 run=root/leaf -> denied EXHAUSTED had=95+0 | b[run=root] 95+0, b[run=root/leaf] 0+0`,
  ),
  scenario(
    'a budget matches by exact value, glob, list and negation',
    `budget: { id: exact, match: { team: search }, limits: [1000 tokens] }
     budget: { id: glob, match: { team: 'se*' }, limits: [1000 tokens] }
     budget: { id: list, match: { team: [ads, search] }, limits: [1000 tokens] }
     budget: { id: not, match: { team: '!search' }, limits: [1000 tokens] }
     reserve a 10+0 team=search -> granted | exact 0+10, glob 0+10, list 0+10, not 0+0
     reserve c 10+0 team=seo -> granted | exact 0+10, glob 0+20, list 0+10, not 0+10
     reserve d 10+0 -> granted | exact 0+10, glob 0+20, list 0+10, not 0+20`,
  ),
  scenario(
    'a budget matches by model and operation',
    `budget: { id: dear, match: { model: 'd*' }, limits: [1000 tokens] }
     budget: { id: chats, match: { operation: [chat, '!embeddings'] }, limits: [1000 tokens] }
     reserve a 10+0 model=dear op=embeddings -> granted | dear 0+10, chats 0+0
     reserve c 10+0 model=m op=chat -> granted | dear 0+10, chats 0+10`,
  ),
  scenario(
    'nested levels are checked together: org, team, user',
    `budget: { id: org, limits: [100 tokens], onShortage: [deny] }
     budget: { id: team, per: [team], limits: [60 tokens], onShortage: [deny] }
     budget: { id: user, per: [team, user], limits: [50 tokens], onShortage: [deny] }
     reserve a 50+0 team=x user=u -> granted | org 0+50, team[team=x] 0+50, user[user=u] 0+50
     reserve c 20+0 team=x user=v -> denied IN_FLIGHT by=team
     reserve d 50+0 team=y user=u -> granted | org 0+100
     reserve e 1+0 team=z user=w -> denied IN_FLIGHT by=org`,
  ),
  scenario(
    'a budget holds at most so many open scopes: beyond them there is no decision',
    `budget: { id: b, per: [user], maxScopes: 2, limits: [100 tokens/day] }
     reserve a 1+0 user=u1 -> granted
     reserve c 1+0 user=u2 -> granted
     reserve d 1+0 user=u3 -> error RESOURCE_EXHAUSTED | b[user=u3] 0+0
     reserve e 1+0 user=u2 -> granted | b[user=u2] 0+2
     record f 5+0 user=u4 -> ok | b[user=u4] 5+0`,
  ),
  scenario(
    'scopes of closed windows are forgotten, and make room for others',
    `budget: { id: b, per: [user], maxScopes: 2, limits: [100 tokens/day] }
     reserve a 1+0 user=u1 -> granted
     commit a 1+0 -> ok
     reserve c 1+0 user=u2 -> granted
     commit c 1+0 -> ok
     pass 37h
     pass 1s
     reserve d 1+0 user=u3 -> granted | b[user=u3] 0+1`,
  ),
  scenario(
    'a lifetime scope that is idle for long is forgotten; the one of a budget for all never is',
    `budget: { id: each, per: [user], forgetAfterIdle: 90d, limits: [100 tokens] }
     budget: { id: all, limits: [100 tokens] }
     record a 40+0 user=u1 -> ok | each[user=u1] 40+0, all 40+0
     pass 89d
     record c 10+0 user=u1 -> ok | each[user=u1] 50+0
     pass 89d
     record d 10+0 user=u1 -> ok | each[user=u1] 60+0, all 60+0
     pass 91d
     record e 10+0 user=u1 -> ok | each[user=u1] 10+0, all 70+0`,
  ),
  scenario(
    'an amount by plan is told by a label of each call',
    `budget: { id: b, per: [user], limits: [{ amount: { by: plan, free: 10 tokens, pro: 100 tokens, default: 0 tokens }, window: day }], onShortage: [deny] }
     reserve a 6+0 user=u plan=free -> granted
     reserve c 6+0 user=u plan=free -> denied IN_FLIGHT limit=10
     reserve c 60+0 user=u plan=pro -> granted | b[user=u] 0+66
     reserve d 1+0 user=v plan=gold -> denied TOO_LARGE limit=0
     reserve e 1+0 user=v -> denied TOO_LARGE limit=0`,
  ),
];
