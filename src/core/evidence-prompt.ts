import { type CommandRecord, type Evidence, isInherited } from './evidence.ts';
import { fence } from './fence.ts';
import { cleanPlain } from './untrusted.ts';

/** What the host proved, for a prompt. The facts are ours; what the commands printed is text of others and fenced. */
export function evidencePrompt(evidence: Evidence | null): string {
	if (evidence === null) return '(nothing was run)';
	const lines = [
		...evidence.records.map((record) => recordLine(evidence, record)),
		...evidence.gaps.map((gap) => `- not proven: ${gap}`),
		...formatDoubts(evidence.doubts ?? []),
	];
	return lines.join('\n') || '(nothing was run)';
}

/** Found by the host, and yet fenced: a doubt names paths and quotes lines that the change chose. */
function formatDoubts(doubts: readonly string[]): string[] {
	if (doubts.length === 0) return [];
	const text = doubts.map((doubt) => `- ${doubt}`).join('\n');
	return [`- in doubt, by what the change does to its checks:\n${fence(cleanPlain(text).text, 'doubts of the host')}`];
}

function recordLine(evidence: Evidence, record: CommandRecord): string {
	const exit = record.timedOut ? 'timed out' : `exit ${record.exitCode ?? 'by signal'}`;
	const line = (verdict: string) => `- ${record.name} on the ${record.on} (${exit}, ${verdict}): ${record.command}`;
	if (record.verdict === 'as_expected') return line('as expected');
	const verdict = isInherited(evidence, record) ? 'fails on the base too' : 'NOT as expected';
	return `${line(verdict)}\n${fence(cleanPlain(record.excerpt).text, `output of ${record.name}`)}`;
}
