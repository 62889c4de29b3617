import type { Format } from './scenarios.ts';
import type { Trial } from './trial.ts';

/** What a subject did with a trial: each file's text afterwards, and what it answered. */
export interface Attempt {
	texts: string[];
	/** Texts of the calls that were not carried out. */
	errors: string[];
	/** Calls that were carried out, by file. */
	done: number[];
	/** Size of what a model has to send. */
	bytes: number;
}

export interface Subject {
	name: string;
	format: Format;
	/** Null: the format cannot express the trial. */
	attempt(trial: Trial): Promise<Attempt | null>;
	close(): Promise<void>;
}
