import type { Gate, Grade } from './grade-trajectory.ts';

const gateText: Record<Gate['name'], string> = {
	'tests-weakened': 'tests were weakened',
	'false-claim': 'a claim is not so',
	'unverified-end': 'the last change was not verified',
};

/** One line: the score of 100, what caps it, and the weakest measurements; for people. */
export function formatGrade(grade: Grade): string {
	if (grade.score === null) return 'not measured';
	const gates = grade.gates.map(({ name, events }) => `${gateText[name]} (entries ${formatEntries(events)})`);
	const weak = grade.metrics
		.filter((metric) => metric.value !== null && metric.value < 1)
		.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))
		.slice(0, 3)
		.map((metric) => `${metric.name} ${formatShare(metric.value)}`);
	const measured = grade.metrics.filter(({ value }) => value !== null).length;
	const parts = [
		`${Math.round(grade.score * 100)} of 100 over ${measured} measurements`,
		...(gates.length > 0 ? [`capped: ${gates.join(', ')}`] : []),
		...(weak.length > 0 ? [`weakest: ${weak.join(', ')}`] : []),
	];
	return parts.join('; ');
}

/** A share as a percentage, `n/a` when there was nothing to measure. */
export function formatShare(value: number | null): string {
	return value === null ? 'n/a' : `${Math.round(value * 100)}%`;
}

/** Journal entries by number, the first few. */
export function formatEntries(events: readonly number[]): string {
	return `${events.slice(0, 6).join(', ')}${events.length > 6 ? ', …' : ''}`;
}
