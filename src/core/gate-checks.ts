import type { Missing } from './missing.ts';

/** A check run or commit status on the head, as far as the gate needs it. */
export interface GateCheck {
	name: string;
	/** Slug of the App that made it; null for commit statuses, which anybody with write access can set. */
	app: string | null;
	/** Whether this App made it. */
	own: boolean;
	status: 'queued' | 'in_progress' | 'completed';
	conclusion: string | null;
	summary: string;
}

/**
 * What the checks of others leave to be desired. Our own are not counted, since the gate is one of them; a check of another App that
 * bears one of our names is a check like any other and proves nothing of ours.
 */
export function judgeChecks(
	checks: readonly GateCheck[],
	wanted: 'all' | readonly string[],
	expected: 'soon' | 'no',
): Missing[] {
	const foreign = checks.filter((check) => !isOurs(check));
	if (wanted !== 'all') return wanted.flatMap((name) => judgeNamed(name, foreign));
	if (foreign.length === 0 && expected === 'soon') {
		const detail = 'no check has reported on this head yet';
		return [{ rule: 'checks', severity: 'wait', detail, who: 'checks' }];
	}
	return foreign.flatMap((check) => judgeOne(check, ['success', 'neutral', 'skipped']));
}

/** Finished checks of others that are not green, of those that the policy asks for. */
export function findRed(checks: readonly GateCheck[], wanted: 'all' | readonly string[]): GateCheck[] {
	const foreign = checks.filter((check) => !isOurs(check));
	const asked = wanted === 'all' ? foreign : wanted.flatMap((name) => foreign.filter((check) => isNamed(check, name)));
	return [...new Set(asked)].filter((check) => check.status === 'completed' && isFailure(check.conclusion));
}

function isOurs(check: GateCheck): boolean {
	return check.own && check.name.startsWith('dark-factory/');
}

function isNamed(check: GateCheck, wanted: string): boolean {
	// A name bound to an App is never met by a check that is merely called `name@app`.
	const bound = /^(?<name>.+)@(?<app>[a-z0-9-]+)$/.exec(wanted)?.groups;
	if (bound === undefined) return check.name === wanted;
	return check.name === bound.name && check.app === bound.app;
}

function judgeNamed(wanted: string, foreign: readonly GateCheck[]): Missing[] {
	const found = foreign.filter((check) => isNamed(check, wanted));
	if (found.length === 0) {
		return [{ rule: 'checks', severity: 'wait', detail: `${wanted} has not reported on this head`, who: 'checks' }];
	}
	// Skipped is green to GitHub, but a path filter that a change can steer must not pass for a check that was asked for by name.
	return found.flatMap((check) => judgeOne(check, ['success', 'neutral']));
}

function judgeOne(check: GateCheck, green: readonly string[]): Missing[] {
	if (check.status !== 'completed') {
		return [{ rule: 'checks', severity: 'wait', detail: `${check.name} is running`, who: 'checks' }];
	}
	if (check.conclusion !== null && green.includes(check.conclusion)) return [];
	const severity = isFailure(check.conclusion) ? 'block' : 'wait';
	const who = severity === 'block' ? 'factory' : 'person';
	return [{ rule: 'checks', severity, detail: `${check.name} ended as ${check.conclusion ?? 'nothing'}`, who }];
}

/** What a change can mend. Cancelled, stale, skipped or waiting for a person's click is not the change's fault. */
function isFailure(conclusion: string | null): boolean {
	return conclusion === 'failure' || conclusion === 'timed_out' || conclusion === 'startup_failure';
}
