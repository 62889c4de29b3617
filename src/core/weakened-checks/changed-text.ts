/** A changed file with what it said before and says now. Null: it does not exist there. What cannot be read as text is empty. */
export interface ChangedText {
	path: string;
	base: string | null;
	head: string | null;
}
