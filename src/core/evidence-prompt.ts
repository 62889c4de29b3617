import type { Evidence } from './evidence.ts';
import { isInherited } from './evidence.ts';
import { fence } from './fence.ts';

/** Characters of output shown for a record that is as expected, and for one that is not. */
const calmLimit = 600;
const loudLimit = 3_000;

/** The host's records for a judge: what was run, where, how it ended. The output of the repository's programs is fenced. */
export function evidencePrompt(evidence: Evidence | null): string {
	if (evidence === null) return 'There are no records.';
	const records = evidence.records.map((record) => {
		const how = record.timedOut ? 'ran into the time limit' : `exit code ${record.exitCode ?? 'none (killed)'}`;
		const means = record.verdict === 'as_expected' ? 'as expected' : 'NOT as expected';
		const inherited = isInherited(evidence, record) ? ', fails on the base too' : '';
		const title = `- ${record.name} on the ${record.on}: ${how}, ${means}${inherited}`;
		const excerpt = record.excerpt.slice(record.verdict === 'as_expected' ? -calmLimit : -loudLimit).trim();
		const text = `$ ${record.command}\n${excerpt === '' ? '(no output)' : excerpt}`;
		return `${title}\n\n${fence(text, `command and last output of ${record.name}`)}`;
	});
	const notes = [...evidence.gaps, ...(evidence.doubts ?? [])].map((note) => `- Note: ${note.replace(/\s+/g, ' ')}`);
	if (records.length === 0) records.push('No command could be run.');
	return [...records, ...(notes.length === 0 ? [] : [notes.join('\n')])].join('\n\n');
}
