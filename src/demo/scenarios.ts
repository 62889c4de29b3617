import type { Scenario } from './scenario.ts';
import { blocked } from './scenarios/blocked/scenario.ts';
import { green } from './scenarios/green/scenario.ts';
import { injected } from './scenarios/injected/scenario.ts';
import { repair } from './scenarios/repair/scenario.ts';

/** In the order in which `all` plays them. */
export const scenarios: readonly Scenario[] = [green, repair, blocked, injected];
