import type { Intent } from '../../src/core/intent.ts';
import type { Forge } from '../../src/ports/forge.ts';

const gateCheck = 'dark-factory/gate';

/** GitHub's own form: `refs/heads/gh-readonly-queue/main/pr-104-<sha of the base>`. */
const groupRef = /\/pr-(?<number>[1-9]\d*)-[0-9a-f]{40}$/;

/**
 * Says on a merge group's commit what the gate said on the head of its pull request, so that a queue that requires the gate neither
 * waits for ever nor lets pass what the gate did not. Where the gate never spoke, nothing is said: the commit of the group becomes the
 * base branch's newest, and a red mark on it would be about a pull request that is none of the factory's business. @throws Fault
 */
export async function judgeMergeGroup(forge: Forge, intent: Extract<Intent, { kind: 'merge_group' }>): Promise<string> {
	const number = Number(groupRef.exec(intent.headRef)?.groups?.number ?? Number.NaN);
	const pull = Number.isNaN(number) ? null : await forge.pull(number);
	if (pull === null) return 'ignored: a merge group of no pull request';
	const said = (await forge.checks(pull.headSha)).find((check) => check.own && check.name === gateCheck);
	if (said === undefined) return 'ignored: the gate has not judged this pull request';
	const passed = said.conclusion === 'success';
	await forge.putCheckRun({
		name: gateCheck,
		headSha: intent.headSha,
		externalId: `merge-group:${intent.headSha}`,
		status: 'completed',
		conclusion: passed ? 'success' : 'failure',
		title: passed ? 'The gate passed on the pull request' : 'The gate has not passed on the pull request',
		summary: `Pull request ${number} at ${pull.headSha}.`,
	});
	return `merge group of pull request ${number}: ${passed ? 'passed' : 'failed'}`;
}
