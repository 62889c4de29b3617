import type { Scenario } from '../../scenario.ts';

/** The first attempt breaks what worked; the host's run of the whole suite says so, and the second attempt gets it right. */
export const repair: Scenario = {
	name: 'repair',
	title: 'The first attempt fails the tests, the second passes',
	target: {
		alias: 'demo-bytes',
		name: 'bytes',
		version: '3.0.0',
		bug: 'the thousands separator is put among the decimals, too: 1_005.1_005KB',
		files: ['index.js', 'History.md', 'LICENSE', 'Readme.md'],
	},
	promise: 'Sent back once by the host’s own test run, then merged by the gate, and the issue is closed.',
	findBroken(seen) {
		const broken: string[] = [];
		if (seen.outcome !== 'done') broken.push(`The run ended as ${seen.outcome ?? 'nothing'}, not as done.`);
		if (seen.repairRounds !== 1) broken.push(`Work was sent back ${seen.repairRounds} times, not once.`);
		if (seen.issue.state !== 'closed') broken.push('The issue is still open.');
		const [pull, ...others] = seen.pulls;
		if (pull === undefined) return [...broken, 'There is no pull request.'];
		if (others.length > 0) broken.push(`There are ${others.length + 1} pull requests, not one.`);
		if (!pull.merged) broken.push(`Pull request no. ${pull.number} is not merged.`);
		const changed = pull.files.toSorted().join(', ');
		if (changed !== 'index.js, test/format.test.js') broken.push(`It changes ${changed}.`);
		const main = seen.branches.find(({ name }) => name === 'main');
		if (main === undefined || main.sha === seen.baseSha) broken.push('The base branch has not moved.');
		if (main?.files['index.js']?.includes("str.split('.')") !== true) broken.push('The fix is not on the base branch.');
		return broken;
	},
};
