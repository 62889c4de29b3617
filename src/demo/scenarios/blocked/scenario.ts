import type { Scenario } from '../../scenario.ts';

/** The issue asks for a change of a protected path, too. Merging is automatic, and the gate waits for a person all the same. */
export const blocked: Scenario = {
	name: 'blocked',
	title: 'The change touches a protected path, so the gate waits for a person',
	target: {
		alias: 'demo-slugify',
		name: 'slugify',
		version: '1.3.4',
		bug: "dashes of the input are replaced with the spaces: 'foo bar-baz' becomes foo_bar_baz",
		files: ['index.js', 'index.d.ts', 'LICENSE', 'README.md'],
	},
	promise: 'A pull request is open and proven, nothing is merged, and the gate names package.json and who is asked.',
	findBroken(seen) {
		const broken: string[] = [];
		if (seen.outcome !== null) broken.push(`The run ended as ${seen.outcome}; it should be waiting.`);
		if (!seen.issue.labels.includes('factory:waiting')) broken.push('The issue does not bear factory:waiting.');
		if (seen.issue.state !== 'open') broken.push('The issue is closed.');
		const main = seen.branches.find(({ name }) => name === 'main');
		if (main?.sha !== seen.baseSha) broken.push('The base branch has moved.');
		const [pull, ...others] = seen.pulls;
		if (pull === undefined) return [...broken, 'There is no pull request.'];
		if (others.length > 0) broken.push(`There are ${others.length + 1} pull requests, not one.`);
		if (pull.merged || pull.state !== 'open') broken.push(`Pull request no. ${pull.number} is not open any more.`);
		if (!pull.files.includes('package.json')) broken.push('It does not change package.json, which is the point.');
		const gate = pull.checks.find(({ name }) => name === 'dark-factory/gate');
		if (gate === undefined) return [...broken, 'The check dark-factory/gate is missing.'];
		if (gate.conclusion === 'success') broken.push('The gate is green.');
		const said = `${gate.title}\n${gate.summary}`;
		if (!said.includes('package.json') || !said.includes('a person must approve'))
			broken.push('The gate does not say that a person must approve package.json.');
		return broken;
	},
};
