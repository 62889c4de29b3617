/** Why a job was sent back to an earlier one, and what the next attempt is to do about it. */
export interface Feedback {
	/** Who sends back: `verify`, `review`, `evaluate` or `gate`. */
	from: string;
	/** One line: what is wrong. */
	summary: string;
	/** The details, shown to the model as untrusted text: failing output, findings. */
	details: string;
}
