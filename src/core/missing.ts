/** One thing that stands between a pull request and its merge. */
export interface Missing {
	rule:
		| 'open'
		| 'verdict'
		| 'score'
		| 'evidence'
		| 'checks'
		| 'protected_paths'
		| 'size'
		| 'approvals'
		| 'objections'
		| 'siblings'
		| 'draft';
	/** `wait`: may come by itself or by a person's word. `block`: cannot come without another change or verdict. */
	severity: 'wait' | 'block';
	detail: string;
	/** Who can mend it. */
	who: 'factory' | 'checks' | 'person';
}
