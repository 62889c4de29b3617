import { z } from 'zod';
import type { JournalEvent } from '../../src/core/journal.ts';

/** A place in a run at which the process that works on it dies: right before an event is appended to the journal, or right after. */
export const KillPoint = z.strictObject({
	when: z.enum(['before', 'after']),
	type: z.string(),
	job: z.string().optional(),
	/** Of an effect. */
	kind: z.string().optional(),
	/** The how-manieth such event of this process's life; 1 when left out. */
	nth: z.number().int().min(1).optional(),
});
export type KillPoint = z.infer<typeof KillPoint>;

/** Whether the event is of the point's type, job and kind. */
export function isAt(point: KillPoint, event: JournalEvent): boolean {
	if (event.type !== point.type) return false;
	if (point.job !== undefined && !('job' in event && event.job === point.job)) return false;
	return point.kind === undefined || ('kind' in event && event.kind === point.kind);
}

/** For the names of tests. */
export function describeKillPoint({ when, type, job, kind, nth }: KillPoint): string {
	const of = [kind, job].filter((word) => word !== undefined).join(', ');
	return `${when} ${type}${of === '' ? '' : ` (${of})`}${nth === undefined ? '' : ` no. ${nth}`}`;
}
