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
