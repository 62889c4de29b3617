import { fence } from './fence.ts';
import type { JournalEntry } from './journal.ts';
import { cut } from './markdown.ts';

const noteLimit = 30;

/** Working notes that a job's agent took before entry `beforeSeq`, the newest kept, so that no failed idea is tried twice. */
export function notesPrompt(entries: readonly JournalEntry[], job: string, beforeSeq: number, none: string): string {
	const notes: string[] = [];
	for (const { seq, event } of entries) {
		if (seq < beforeSeq && event.type === 'agent.noted' && event.job === job) notes.push(cut(event.text, 500));
	}
	if (notes.length === 0) return none;
	return fence(
		notes
			.slice(-noteLimit)
			.map((note) => `- ${note}`)
			.join('\n'),
		'notes of earlier attempts',
	);
}
