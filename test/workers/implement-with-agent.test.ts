import { expect, test } from 'vitest';
import { runAgent } from '../../src/agent/run-agent.ts';
import { implement } from '../../workers/implement.ts';
import { createTestEnvironment } from '../support/agent-journal.ts';
import { widgetBlueprint } from '../support/blueprint.ts';
import { StageHarness } from '../support/job-context.ts';
import { call, createScriptedModels } from '../support/scripted-model.ts';

const report = { summary: 'Widgets stand still now.', claims: [{ text: 'It stands still.', evidence: 'test' }] };

test('the real agent loop tells the model what the worktree does not hold, and takes the mended change', async () => {
	const harness = await StageHarness.create({
		policy: (policy) => {
			policy.paths.forbidden = ['secrets/**'];
		},
	});
	harness.end('plan', { blueprint: widgetBlueprint, risk: 'low' });
	const turns = [
		call('write', { path: 'secrets/key.txt', content: 'x\n' }),
		call('submit', report),
		call('bash', { command: 'rm -r secrets' }),
		call('submit', report),
		call('replace_text', { path: 'src/widget.js', old: 'true', new: 'false' }),
		call('submit', report),
	];
	const models = createScriptedModels(({ place }) => turns[place.turn - 1] ?? new Error('no more turns'));
	const record = async (events: Parameters<typeof harness.append>) => harness.append(...events);
	const environment = { ...createTestEnvironment(models), record };

	harness.start('implement');
	const end = await implement({ ...harness.context('implement'), agent: (task) => runAgent(task, environment) });

	const told = harness.state.entries.flatMap(({ event }) => (event.type === 'tool.ended' ? [event.result.text] : []));
	expect(told.join('\n')).toContain('"secrets/key.txt" may not be changed here');
	expect(told.join('\n')).toContain('no file differs from the base');
	expect(end).toMatchObject({ kind: 'ended', outcome: 'done', outputs: { ...report, arm: 'first/a' } });
	const treeSha = end.kind === 'ended' ? String(end.outputs.treeSha) : '';
	const changes = await harness.git.changes(harness.frozen.baseSha, treeSha, 10_000);
	expect(changes.patch).toContain('+export const wobble = false;');
	expect(changes.files).toHaveLength(1);
});
