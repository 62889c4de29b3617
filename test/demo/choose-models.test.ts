import { expect, test } from 'vitest';
import { chooseModels } from '../../src/demo/choose-models.ts';
import { scenarios } from '../../src/demo/scenarios.ts';

const [green] = scenarios;
if (green === undefined) throw new Error('there are no scenarios');

test('replays and says why when no provider has a key', () => {
	expect(chooseModels(green, {})).toEqual({ kind: 'recorded', why: 'no provider key is in the environment' });
});

test('replays and names the roles without a model when the keys are of providers outside of the mix', () => {
	const choice = chooseModels(green, { MOONSHOT_API_KEY: 'k' });
	expect(choice).toMatchObject({
		kind: 'recorded',
		why: expect.stringMatching(/triage, explore, plan, review, evaluate/),
	});
});

test('plays live on the configured mix when every role has a model', () => {
	const choice = chooseModels(green, { ANTHROPIC_API_KEY: 'k' });
	if (choice.kind !== 'live') throw new Error(`it is ${choice.kind}`);
	expect(choice.mix).toHaveLength(6);
	expect(choice.mix.every(({ arm }) => arm.startsWith('anthropic/'))).toBe(true);
});
