import type { JobEnd } from './job-end.ts';
import type { Json } from './json.ts';
import type { Outcome } from './outcome.ts';

/** A job's end for this round. */
export function endJob(outcome: Outcome, reason: string, outputs: Record<string, Json> = {}): JobEnd {
	return { kind: 'ended', outcome, reason, outputs };
}
