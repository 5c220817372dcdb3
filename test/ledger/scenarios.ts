// All scenarios, by what they are about.
import type { Scenario } from './scenario.ts';
import { calendarScenarios } from './scenarios/calendars.ts';
import { ceilingScenarios } from './scenarios/ceilings.ts';
import { clockScenarios } from './scenarios/clocks.ts';
import { editScenarios } from './scenarios/edits.ts';
import { endingScenarios } from './scenarios/endings.ts';
import { idScenarios } from './scenarios/ids.ts';
import { moneyScenarios } from './scenarios/money.ts';
import { scopeScenarios } from './scenarios/scopes.ts';
import { shortageScenarios } from './scenarios/shortage.ts';
import { unitScenarios } from './scenarios/units.ts';
import { verbScenarios } from './scenarios/verbs.ts';
import { windowScenarios } from './scenarios/windows.ts';

export const scenarios: readonly Scenario[] = [
  ...verbScenarios,
  ...ceilingScenarios,
  ...endingScenarios,
  ...windowScenarios,
  ...calendarScenarios,
  ...clockScenarios,
  ...unitScenarios,
  ...scopeScenarios,
  ...shortageScenarios,
  ...editScenarios,
  ...moneyScenarios,
  ...idScenarios,
];
