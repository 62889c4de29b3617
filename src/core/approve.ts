import type { RunState } from './run-state.ts';

export type Approval =
	| { kind: 'approved'; by: string }
	| { kind: 'rejected'; by: string; reason: string }
	| { kind: 'open' };

/**
 * What people said about the thing that waits. Only signals after `afterSeq` count, since earlier ones were about something else; when
 * several came at once, a rejection wins.
 */
export function decideApproval(signals: RunState['signals'], afterSeq: number): Approval {
	const given = signals.filter(({ seq }) => seq > afterSeq).map(({ signal }) => signal);
	const rejection = given.find(({ name }) => name === 'reject');
	if (rejection !== undefined) return { kind: 'rejected', by: rejection.by, reason: rejection.reason };
	const approval = given.find(({ name }) => name === 'approve');
	return approval === undefined ? { kind: 'open' } : { kind: 'approved', by: approval.by };
}
