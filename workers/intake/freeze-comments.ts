import { isBareCommand } from '../../src/core/freeze-subject.ts';
import type { FrozenComment } from '../../src/core/frozen.ts';
import type { Forge } from '../../src/ports/forge.ts';

/** Newest comments that are kept; a longer thread is not a request any more. */
const most = 100;
/** Authors that GitHub is asked about, newest first: a crowd must not use up the requests of an hour, again at every try. */
const mostAuthors = 100;
const writers = new Set(['write', 'maintain', 'admin']);

/**
 * The comments that bind a run: those of people with write access, asked of GitHub once per author. Strangers' comments, the
 * factory's own, other bots' and bare commands are left out, and so are those of whoever spoke only before a hundred others. @throws Fault when a permission cannot be read.
 */
export async function freezeComments(forge: Forge, number: number): Promise<FrozenComment[]> {
	const standing = new Map<string, boolean>();
	const kept: FrozenComment[] = [];
	for (const comment of (await forge.comments(number)).reverse()) {
		const { author, body, createdAt, own } = comment;
		if (own || author.endsWith('[bot]') || isBareCommand(body)) continue;
		if (!standing.has(author) && standing.size === mostAuthors) continue;
		const mayWrite = standing.get(author) ?? writers.has(await forge.permissionOf(author));
		standing.set(author, mayWrite);
		if (mayWrite) kept.unshift({ author, body, createdAt });
		if (kept.length === most) break;
	}
	return kept;
}
