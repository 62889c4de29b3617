/**
 * Faults are exceptions. Each names what the worker rim is to do about it; anything that is not a `Fault` is a bug and is
 * retried like `transient`, a bounded number of times. No message may carry a secret.
 */
export type FaultKind =
	/** Try again soon: network, 5xx, a lost race. */
	| 'transient'
	/** Try again at a time that the other side named (rate limits); does not consume attempts. */
	| 'delayed'
	/** Trying again cannot help: credentials, disk full, a broken installation. */
	| 'permanent'
	/** This process lost the run's lease; whoever holds it goes on. Nothing may be written. */
	| 'fenced'
	/** The run was told to stop. */
	| 'cancelled';

export class Fault extends Error {
	readonly kind: FaultKind;
	/** For `delayed`: ms from now. */
	readonly retryAfterMs: number | null;

	constructor(kind: FaultKind, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = 'Fault';
		this.kind = kind;
		this.retryAfterMs = options.retryAfterMs ?? null;
	}
}
