/** What the provider saw of one measurement. */
export interface Seen {
	/** Ms from the end of an answer to the whole of the next request, over all conversations. */
	gaps: number[];
	/** What was wrong with the requests: the protocol's objections, altered prefixes, a job that ended early. */
	broken: string[];
	requests: number;
	/** Of all request bodies. */
	bytes: number;
	/** Tokens by the simulators' count. */
	prompt: number;
	cached: number;
	written: number;
	output: number;
	firstRequest: { bytes: number; system: number; tools: number };
}

/** What a harness tells of itself: sums over its jobs, without the start of its process. */
export interface Told {
	wallMs: number;
	/** Own time on the processor, children not counted. */
	cpuMs: number;
	/** Peak resident memory of the process. */
	peakMb: number;
	/** Memory that is really held (heap and buffers, after a collection) when every job asks for its last reply. */
	liveMb: number;
	/** Spent in commands, of the gaps; null for a peer that does not tell. */
	commandMs: number | null;
	/** Spent on saving the worktree, of the gaps; 0 for a harness that does not. */
	saveMs: number;
	/** Bytes of the journal; 0 for a harness without one. */
	journalBytes: number;
}
