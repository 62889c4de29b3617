import { expect, test } from 'vitest';
import { lastWords, type ReviewFact } from '../../src/core/human-reviews.ts';

const head = 'a'.repeat(40);

function review(
	author: string,
	state: ReviewFact['state'],
	submittedAt: string,
	parts: Partial<ReviewFact> = {},
): ReviewFact {
	return { author, authorIsBot: false, state, commitSha: head, submittedAt, ...parts };
}

test('the last word counts, whatever the order in which reviews come', () => {
	const words = [review('ada', 'approved', '2026-01-02'), review('ada', 'changes_requested', '2026-01-01')];
	expect(lastWords(words, head)).toEqual({ approved: ['ada'], objected: [] });
});

test('a comment changes nothing and a dismissal takes the word back', () => {
	const words = [review('ada', 'approved', '2026-01-01'), review('ada', 'commented', '2026-01-02')];
	expect(lastWords(words, head).approved).toEqual(['ada']);
	expect(lastWords([...words, review('ada', 'dismissed', '2026-01-03')], head).approved).toEqual([]);
});

test('an approval of another commit does not count, a request for changes does', () => {
	const old = { commitSha: 'b'.repeat(40) };
	const words = [review('ada', 'approved', '2026-01-01', old), review('bob', 'changes_requested', '2026-01-01', old)];
	expect(lastWords(words, head)).toEqual({ approved: [], objected: ['bob'] });
});
