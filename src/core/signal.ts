/**
 * What the outside tells a run that exists. Signals are posted to an inbox and taken into the journal by the run's one
 * writer, so nobody else ever appends.
 */
export const signalNames = [
	/** A person with write access let the plan, or whatever waits, pass. */
	'approve',
	'reject',
	/** End the run as cancelled: `/factory stop`, label removed, issue closed, App uninstalled. */
	'stop',
	/** Something about the pull request changed (checks, reviews, head, draft): look again. */
	'look',
] as const;
export type SignalName = (typeof signalNames)[number];

export interface Signal {
	name: SignalName;
	/** Login of the person, or `github` for events without one. */
	by: string;
	/** Why, in words: the comment's text, the event's name. */
	reason: string;
}
