import { z } from 'zod';
import type { Evidence } from './evidence.ts';

/** What the implementer says, and the evidence it points at; without any it is assumed. */
export const Claim = z.object({ text: z.string(), evidence: z.string().nullable() });
export type Claim = z.infer<typeof Claim>;

/** A claim as the host sees it: verified only by records of the host that are as expected. */
export interface JudgedClaim {
	text: string;
	status: 'verified' | 'contradicted' | 'assumed';
	/** Names of the records that bear on it. */
	records: string[];
}

/**
 * Holds each claim against the host's records. A claim points at a record by its name (`test`), its command, or
 * `evidence:NAME`; pointing at nothing that exists leaves it assumed, whatever it says.
 */
export function judgeClaims(claims: readonly Claim[], evidence: Evidence | null): JudgedClaim[] {
	return claims.map((claim) => {
		const wanted =
			claim.evidence
				?.trim()
				.replace(/^evidence:/, '')
				.toLowerCase() ?? '';
		const records = (evidence?.records ?? []).filter(
			(record) => wanted !== '' && (record.name === wanted || record.command.toLowerCase() === wanted),
		);
		const heads = records.filter((record) => record.on === 'head');
		const names = [...new Set(records.map((record) => record.name))];
		if (heads.length === 0) return { text: claim.text, status: 'assumed', records: [] };
		const good = records.every((record) => record.verdict === 'as_expected');
		return { text: claim.text, status: good ? 'verified' : 'contradicted', records: names };
	});
}
