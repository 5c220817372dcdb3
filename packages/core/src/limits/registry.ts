// The units there are: one line each.
import type { Unit } from '../budget.ts';
import { cost } from './cost.ts';
import { requests } from './requests.ts';
import { tokens } from './tokens.ts';
import type { UnitRule } from './unit.ts';

export const unitRules: Readonly<Record<Unit, UnitRule>> = { cost, tokens, requests };
