import { expect, it } from 'vitest';
import { IntakeFixture } from '../support/intake-context.ts';

it('makes one run of each issue out of five hundred deliveries at once, doubled ones among them', async () => {
	const policy = 'version: 1\ndispatch: { perUserPerDay: 1000, perRepositoryPerDay: 1000 }\n';
	const factory = await IntakeFixture.open({ '.github/dark-factory.yml': policy });
	const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
	for (const number of numbers)
		factory.forge.addIssue({ number, title: `Widget ${number} wobbles`, labels: ['factory'] });
	const label = (number: number, delivery: string) => {
		const payload = { action: 'labeled', issue: factory.payloadOf(number), label: { name: 'factory' } };
		return factory.deliver('issues', payload, delivery);
	};
	const deliveries = numbers.flatMap((number) => [
		[number, `${number}-first`] as const,
		[number, `${number}-first`] as const,
		[number, `${number}-second`] as const,
		[number, `${number}-third`] as const,
		[number, `${number}-third`] as const,
	]);
	const notes = await Promise.all(deliveries.map(([number, delivery]) => label(number, delivery)));
	expect(notes).toHaveLength(500);
	const runs = await factory.context.runs.list({ limit: 1000 });
	expect(runs.map(({ subject }) => subject.number).sort((a, b) => a - b)).toEqual(numbers);
	expect(new Set(notes.flatMap((note) => /^run (run\d+)/.exec(note)?.[1] ?? [])).size).toBe(100);
});
