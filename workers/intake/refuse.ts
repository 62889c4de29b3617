import type { Occasion } from '../../src/core/intent.ts';
import type { Refusal } from '../../src/core/refusal.ts';
import type { Forge } from '../../src/ports/forge.ts';

/**
 * Answers with one short comment, found again by its marker, so that a repeated delivery says nothing twice. Somebody who may not
 * ask is told so once per issue: otherwise strangers could make the factory write as many comments as they do.
 * Returns what happened, for the delivery's note.
 */
export async function refuse(
	forge: Forge,
	number: number,
	login: string,
	refusal: Refusal,
	occasion: Occasion,
): Promise<string> {
	await say(forge, number, refusal.message, refusalMarker(refusal, login, occasion));
	return `refused: ${refusal.kind}`;
}

/** One comment per marker. */
export async function say(forge: Forge, number: number, text: string, marker: string): Promise<void> {
	if ((await forge.findComment(number, marker)) !== null) return;
	await forge.createComment(number, `${marker}\n${text}`);
}

export function answerMarker(occasion: Occasion): string {
	return `<!-- dark-factory:delivery=${occasion.delivery} -->`;
}

function refusalMarker(refusal: Refusal, login: string, occasion: Occasion): string {
	if (refusal.kind !== 'not_permitted') return answerMarker(occasion);
	return `<!-- dark-factory:refusal=not_permitted for=${login.toLowerCase().replace(/[^\w[\]-]/g, '_')} -->`;
}
