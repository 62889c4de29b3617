import { expect, test } from 'vitest';
import { formatRunExplanation } from '../../src/core/describe-run.ts';
import { hasLiveWords } from '../../src/core/markdown.ts';
import { entriesOf } from '../support/journal.ts';

test.each([988, 992, 998])('a reason that is cut within a mention pings nobody (%i)', (length) => {
	const reason = `${'x '.repeat(length / 2)}@octocat and more`;
	const entries = entriesOf([
		{ type: 'job.ended', job: 'triage', outcome: 'refused', reason, outputs: {} },
		{ type: 'run.ended', outcome: 'refused', reason },
	]);
	const text = formatRunExplanation({ id: 'r1', workflow: 'w', outcome: 'refused', usd: 0, entries });
	expect(hasLiveWords(text.replace(/`[^`\n]*`/g, ''))).toBe(false);
});

test.each([0, 985, 995])(
	'a reason in which a model quotes a token is shown without it, also where it is cut (%i)',
	(length) => {
		const reason = `${'x'.repeat(length)} ghp_0123456789abcdef0123456789abcdef0123 and more`;
		const entries = entriesOf([{ type: 'run.ended', outcome: 'no_change', reason }]);
		const text = formatRunExplanation({ id: 'r1', workflow: 'w', outcome: 'no_change', usd: 0, entries });
		expect(text).not.toContain('ghp');
	},
);
