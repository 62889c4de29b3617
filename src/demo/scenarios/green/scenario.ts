import { findLeaks } from '../../find-leaks.ts';
import type { Scenario } from '../../scenario.ts';

export const green: Scenario = {
	name: 'green',
	title: 'a labelled issue becomes a merged pull request',
	target: {
		alias: 'demo-ms',
		name: 'ms',
		version: '2.0.0',
		bug: "ms('-1h') is undefined, ms(-3600000) is '-3600000ms'",
		files: ['index.js', 'readme.md', 'license.md'],
	},
	promise: 'one pull request, its gate green, merged by the factory, the fix and its tests on main',
	findBroken(seen) {
		const broken = findLeaks(seen);
		const [pull, ...others] = seen.pulls;
		if (pull === undefined) return [...broken, 'There is no pull request.'];
		if (others.length > 0) broken.push(`There are ${seen.pulls.length} pull requests instead of one.`);
		if (!pull.merged) broken.push(`Pull request #${pull.number} is not merged.`);
		for (const name of ['dark-factory/evaluation', 'dark-factory/gate']) {
			const checks = pull.checks.filter((check) => check.name === name);
			if (checks.length !== 1) broken.push(`There are ${checks.length} checks ${name} on the head instead of one.`);
			else if (checks[0]?.conclusion !== 'success') broken.push(`${name} is ${checks[0]?.conclusion ?? 'pending'}.`);
		}
		const main = seen.branches.find((branch) => branch.name === 'main');
		if (main?.files['test/negative.test.js'] === undefined) broken.push('The new tests are not on main.');
		if (main === undefined || main.sha === seen.baseSha) broken.push('main is where it was.');
		if (!seen.issue.labels.includes('factory:done')) broken.push('The issue is not labelled factory:done.');
		if (seen.outcome !== 'done') broken.push(`The run ended as ${seen.outcome ?? 'nothing yet'}.`);
		return broken;
	},
};
