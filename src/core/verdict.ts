/** The seven dimensions of the rubric; each has zero to ten points. */
export const dimensions = [
	'rootCause',
	'subtleCorrectness',
	'scopeDiscipline',
	'planFidelity',
	'codeQuality',
	'testsAndEvidence',
	'safety',
] as const;
export type Dimension = (typeof dimensions)[number];

export interface DimensionScore {
	/** Points after caps, 0 to 10. */
	score: number;
	/** Points as the evaluator gave them. */
	asked: number;
	reason: string;
	/** Lines (`path:12`) or evidence (`evidence:test`) that the reason points at. */
	pointers: string[];
	/** Why code lowered the score, when it did. */
	cap: string | null;
}

/** The evaluator's scores, bound to exactly what was seen. */
export interface Verdict {
	repository: string;
	pullRequest: number;
	headSha: string;
	baseSha: string;
	rubricVersion: number;
	/** The arm that judged, `provider/model`. */
	arm: string;
	/** Whether the judge is another model than the implementer. False forbids automatic merging. */
	independent: boolean;
	scores: Record<Dimension, DimensionScore>;
	/** Sum, 0 to 70. */
	total: number;
	summary: string;
}
