/** What one check of `doctor` found. */
export interface Finding {
	what: string;
	state: 'ok' | 'warning' | 'broken';
	detail: string;
	/** The way out; empty when nothing is wrong. */
	fix: string;
}

/** A check that may throw; what it throws is the detail. */
export async function attempt(
	what: string,
	fix: string,
	check: () => Promise<{ state: Finding['state']; detail: string }>,
): Promise<Finding> {
	try {
		const { state, detail } = await check();
		return { what, state, detail, fix: state === 'ok' ? '' : fix };
	} catch (error) {
		const detail = error instanceof Error ? error.message : String(error);
		return { what, state: 'broken', detail, fix };
	}
}
