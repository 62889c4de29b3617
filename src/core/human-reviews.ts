/** A review, as far as the gate needs it. */
export interface ReviewFact {
	author: string;
	authorIsBot: boolean;
	state: 'approved' | 'changes_requested' | 'commented' | 'dismissed' | 'pending';
	commitSha: string;
	submittedAt: string;
}

/**
 * Each person's last word that counts: comments change nothing, a dismissal takes the word back. An approval counts for the commit
 * that it was given on only; a request for changes stands until its author takes it back, whatever is pushed.
 */
export function lastWords(reviews: readonly ReviewFact[], headSha: string): { approved: string[]; objected: string[] } {
	const last = new Map<string, ReviewFact>();
	const inOrder = [...reviews].sort((a, b) => a.submittedAt.localeCompare(b.submittedAt));
	for (const review of inOrder) {
		// No agent may satisfy or hold the gate: not by an account marked as a bot, nor by one named like an App.
		if (review.authorIsBot || review.author.endsWith('[bot]')) continue;
		if (review.state === 'commented' || review.state === 'pending') continue;
		last.set(review.author.toLowerCase(), review);
	}
	const words = [...last.values()];
	return {
		approved: words.filter((one) => one.state === 'approved' && one.commitSha === headSha).map((one) => one.author),
		objected: words.filter((one) => one.state === 'changes_requested').map((one) => one.author),
	};
}
