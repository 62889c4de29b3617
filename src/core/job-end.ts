import type { Feedback } from './feedback.ts';
import type { Json } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { SignalName } from './signal.ts';

/**
 * What a stage answers. `ended` is final for this round; `sent_back` runs the job named by `to` and everything after it
 * again (the workflow must allow it by `sends-back-to`); `waiting` costs nothing until a signal of one of these names arrives or the time comes,
 * and then the stage runs again from its start.
 */
export type JobEnd =
	| { kind: 'ended'; outcome: Outcome; reason: string; outputs: Record<string, Json> }
	| { kind: 'sent_back'; to: string; feedback: Feedback; outputs: Record<string, Json> }
	| { kind: 'waiting'; reason: string; signals: SignalName[]; until: number | null };
