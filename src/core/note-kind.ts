/** What a working note can be. `refuted` and `confirmed` judge a hypothesis, `answer` closes a question. */
export const noteKinds = ['hypothesis', 'refuted', 'confirmed', 'decision', 'question', 'answer', 'finding'] as const;
export type NoteKind = (typeof noteKinds)[number];

const marked = new RegExp(`^(${noteKinds.join('|')}):\\s*(.*)$`, 'is');
const refuting =
	/\b(?:refuted|ruled out|disproved|(?:is|was|are|were) not the (?:cause|reason|problem)|(?:did|does|do) not (?:help|fix|work)|made no difference)\b/i;

/** A note as it is journaled. */
export function formatNote(kind: NoteKind, text: string): string {
	return kind === 'finding' ? text : `${kind}: ${text}`;
}

/** The kind and text of a journaled note. One that was not marked and says that something is not so, refutes it. */
export function parseNote(note: string): { kind: NoteKind; text: string } {
	const [, word, text] = marked.exec(note) ?? [];
	const kind = noteKinds.find((candidate) => candidate === word?.toLowerCase());
	if (kind !== undefined && text !== undefined) return { kind, text };
	return { kind: refuting.test(note) ? 'refuted' : 'finding', text: note };
}
