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
		if (!pull.files.includes('index.js')) broken.push('The pull request does not change index.js.');
		if (!pull.files.some((path) => path.startsWith('test/'))) broken.push('The pull request has no test.');
		const main = seen.branches.find((branch) => branch.name === 'main');
		const published = seen.branches.find((branch) => branch.name === pull.branch);
		for (const path of pull.files) {
			if (main?.files[path] === undefined || main.files[path] !== published?.files[path]) {
				broken.push(`main does not have the merged ${path}.`);
			}
		}
		if (seen.issue.state !== 'closed') broken.push('The issue is still open.');
		if (!seen.issue.labels.includes('factory:done')) broken.push('The issue is not labelled factory:done.');
		if (seen.outcome !== 'done') broken.push(`The run ended as ${seen.outcome ?? 'nothing yet'}.`);
		return broken;
	},
};
