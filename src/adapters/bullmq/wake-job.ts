/** What a job in Redis carries: a wake for now, or an appointment whose only work is to become one. Ids, nothing else. */
export interface WakeJob {
	kind: 'now' | 'later';
	id: string;
}
