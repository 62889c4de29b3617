import { describe, expect, test } from 'vitest';
import { feedbackPrompt } from '../../src/core/feedback-prompt.ts';
import { fence } from '../../src/core/fence.ts';
import { instructionsPrompt } from '../../src/core/instructions-prompt.ts';
import { issuePrompt } from '../../src/core/issue-prompt.ts';
import { newRun } from '../support/new-run.ts';

const { frozen } = newRun({ id: 'r1' }).created;

describe('the parts of prompts', () => {
	test('a fence depends on the text and on where it comes from', () => {
		const marks = [fence('a', 'x'), fence('b', 'x'), fence('a', 'y')].map((text) => text.slice(0, 45));
		expect(new Set(marks).size).toBe(3);
	});

	test('each author is shown with the access that is known of them', () => {
		const comments = [{ author: 'cy', body: 'Yes.', createdAt: '2026-01-01T00:00:00Z' }];
		const { text } = issuePrompt({ ...frozen, subject: { ...frozen.subject, author: 'ada', comments } });
		expect(text).toContain('text of issue #1 by ada (write access, asked for this work)');
		expect(text).toContain('comment by cy (write access) at 2026-01-01T00:00:00Z');
		expect(issuePrompt(frozen).text).toContain('by bob (access unknown)');
	});

	test('only the newest comments are shown, and that is said', () => {
		const comments = Array.from({ length: 25 }, (_, index) => ({ author: 'cy', body: `n${index}.`, createdAt: 'x' }));
		const { text } = issuePrompt({ ...frozen, subject: { ...frozen.subject, comments } });
		expect(text).toContain('n24.');
		expect(text).not.toContain('n4.');
		expect(text).toContain('(5 older comments are left out)');
	});

	test('instructions are cut to a bound, the first files first', () => {
		const text = instructionsPrompt(
			[
				{ path: 'AGENTS.md', text: 'a'.repeat(20_000) },
				{ path: 'CLAUDE.md', text: 'b'.repeat(20_000) },
			],
			'(none)',
		);
		expect(text).toContain('a'.repeat(20_000));
		expect(text.length).toBeLessThan(31_000);
		expect(text).toContain('… (cut)');
		expect(instructionsPrompt([], '(none)')).toBe('(none)');
	});

	test('feedback has its newest part in full and earlier ones shortened', () => {
		const details = 'x'.repeat(5_000);
		const text = feedbackPrompt(
			[
				{ from: 'verify', summary: 'first', details },
				{ from: 'review', summary: 'second', details },
			],
			'none',
		);
		expect(text).toContain('Attempt 2 was sent back by review');
		expect(text.length).toBeGreaterThan(6_500);
		expect(text.length).toBeLessThan(7_500);
	});
});
