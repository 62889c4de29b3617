import { createHash } from 'node:crypto';

/**
 * Text of others between two marks that it can not forge. The mark is a hash over the text itself, so whoever writes the text would
 * have to write the hash of a text that holds that very hash: no secret is needed, and a resumed run makes the same prompt again,
 * byte for byte (a fresh random mark would not survive a crash).
 * @param source Where the text comes from and in which role its author wrote it; trusted words, logins are reduced to safe characters.
 */
export function fence(text: string, source: string): string {
	const mark = createHash('sha256').update(source).update('\0').update(text).digest('hex').slice(0, 32);
	const label = source.replace(/[^\p{L}\p{N} #@.,:;/()_[\]-]/gu, '');
	return `<untrusted-${mark} source="${label}">\n${text}\n</untrusted-${mark}>`;
}
