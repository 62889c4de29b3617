import { isTestPath } from '../cap-facts.ts';
import type { ChangedText } from './changed-text.ts';
import { isSnapshot } from './file-kinds.ts';
import { findLostTests } from './find-lost-tests.ts';
import { findMarkers } from './find-markers.ts';
import { findSettings } from './find-settings.ts';
import type { WeakenedCheck } from './weakened-check.ts';

/**
 * Where a change makes the checks of it say less, by the text of its files on both sides, for the common languages and runners.
 * A finding is a question to a person and not a judgement: there are good reasons to skip a test, and none to do it unseen.
 * @param files every changed file; those without text on either side are looked at by name alone.
 */
export function findWeakenedChecks(files: readonly ChangedText[]): WeakenedCheck[] {
	const code = files.filter(({ path }) => !isSnapshot(path));
	return [
		...findLostTests(code),
		...findMarkers(code),
		...code.flatMap((file) => findSettings(file)),
		...findSnapshots(files),
	];
}

/** Recorded results that change though nothing that makes them does. A new one is the record of a new test. */
function findSnapshots(files: readonly ChangedText[]): WeakenedCheck[] {
	const source = files.some(({ path }) => !isSnapshot(path) && !isTestPath(path) && !/\.(?:md|txt)$/i.test(path));
	if (source) return [];
	return files
		.filter(({ path, base }) => isSnapshot(path) && base !== null)
		.map(({ path }) => ({ kind: 'snapshot-rewritten', path, line: null, side: 'head', text: '' }));
}
