import { type CommandRecord, type Evidence, findFailures } from './evidence.ts';
import type { Feedback } from './feedback.ts';

/** Bytes of details that go back to the implementer. */
const detailsLimit = 8_192;

/** What speaks against the change, for the next attempt; null when nothing does. */
export function decideVerify(evidence: Evidence): Feedback | null {
	const failures = findFailures(evidence);
	const [first] = failures;
	if (first === undefined) return null;
	const more = failures.length > 1 ? `, and ${failures.length - 1} more` : '';
	return { from: 'verify', summary: `${describe(first)}${more}`, details: detail(failures) };
}

/** What is wrong with a record that is not as expected, in one line. */
export function describe(record: CommandRecord): string {
	if (record.name === 'planned-test' && record.on === 'base') {
		return `A planned test passes on the base already, so it does not show the defect: ${oneLine(record.command)}`;
	}
	const how = record.timedOut ? 'ran into the time limit' : `fails with exit code ${record.exitCode ?? 'none'}`;
	return `${record.name} ${how} on the ${record.on}: ${oneLine(record.command)}`;
}

function detail(failures: readonly CommandRecord[]): string {
	const share = Math.floor(detailsLimit / failures.length) - 400;
	return failures
		.map((record) => `${describe(record)}\n\n${lastBytes(record.excerpt, Math.max(200, share))}`)
		.join('\n\n')
		.slice(0, detailsLimit);
}

function lastBytes(text: string, limit: number): string {
	const bytes = Buffer.from(text);
	if (bytes.length <= limit) return text;
	return `(cut)\n${bytes
		.subarray(-limit)
		.toString('utf8')
		.replace(/^\ufffd+/, '')}`;
}

function oneLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
