import { formatMarker } from './effect-marker.ts';
import { plain } from './markdown.ts';

/** What is said on the issue when work waits for a person. `step` tells several waits of one run apart. */
export function approveComment(run: string, step: string, message: string): string {
	return [
		formatMarker(run, step),
		`**Waiting for a decision.** ${plain(message)}`,
		'',
		'Somebody with write access can answer with a comment whose first line is one of:',
		'',
		'- `/factory approve` to let the work begin',
		'- `/factory reject <why>` to end this run',
		'',
		'Waiting costs nothing and survives restarts.',
	].join('\n');
}
