import { encodeText } from './encode-text.ts';
import { sendAll } from './our-tools.ts';
import type { Subject } from './subject.ts';

/** The floor: the text must stand in the file exactly once, byte for byte. */
export function createExactUniqueSubject(): Subject {
	return createTextSubject('exact-unique', (text, old, fresh) => {
		const at = text.indexOf(old);
		if (at === -1) throw new Error('not found');
		if (text.indexOf(old, at + 1) !== -1) throw new Error('found more than once');
		return text.slice(0, at) + fresh + text.slice(at + old.length);
	});
}

/** A `str_replace` tool that is a function over the text; what it throws is its refusal. */
export function createTextSubject(
	name: string,
	replace: (text: string, old: string, fresh: string, path: string) => string,
): Subject {
	return {
		name,
		format: 'text',
		async close() {},
		async attempt(trial) {
			const calls = encodeText(trial);
			if (calls === null) return null;
			const texts = new Map(trial.files.map((file) => [file.path, file.live]));
			const sent = await sendAll(calls, trial, async ({ path, old, fresh }) => {
				try {
					texts.set(path, replace(texts.get(path) ?? '', old, fresh, path));
					return null;
				} catch (error) {
					return error instanceof Error ? error.message : String(error);
				}
			});
			return { ...sent, texts: trial.files.map((file) => texts.get(file.path) ?? '') };
		},
	};
}
