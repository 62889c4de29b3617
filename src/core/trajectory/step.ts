import type { Claim } from '../claim.ts';
import type { Failure } from './failure-signature.ts';

/** What one accepted call did to one file. */
export interface FileChange {
	path: string;
	created: boolean;
	/** Whether the agent was shown every line that it changed, before it changed it. */
	inspected: boolean;
	/** Lines that are gone and lines that are new, without those that were only carried over. */
	removed: string[];
	added: string[];
}

interface At {
	/** The journal entry of the call's result. */
	seq: number;
	/** Which of the role's agents, from 1; every round has its own, which knows nothing of what another was shown. */
	agent: number;
	turn: number;
	/** Tool, arguments, result and tree as one text: equal for a call that repeats another and learns nothing. */
	key: string;
}

/** One call of an agent, as far as a grade or a ledger asks. */
export type Step = At &
	(
		| { kind: 'saw'; files: { path: string; lines: number[] }[] }
		| { kind: 'edited'; tool: string; files: FileChange[] }
		/** A call that changes files and was not accepted. */
		| { kind: 'rejected'; tool: string; code: string }
		| {
				kind: 'ran';
				command: string;
				exitCode: number | null;
				output: string;
				/** Trees before and after; null when the journal does not tell. */
				before: string | null;
				after: string | null;
				test: 'passed' | 'failed' | 'unknown' | 'none';
				/** Null for exit code 0. */
				failure: Failure | null;
		  }
		| { kind: 'noted'; text: string }
		| { kind: 'submitted'; text: string; claims: Claim[] }
		| { kind: 'other'; tool: string }
	);

export type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;
