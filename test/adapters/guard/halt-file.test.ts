import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { guardForges } from '../../../src/adapters/guard/guard-forges.ts';
import { createHalt, haltModels } from '../../../src/adapters/guard/halt-file.ts';
import { runAgent } from '../../../src/agent/run-agent.ts';
import { ImplementReport } from '../../../src/core/implement.ts';
import { createTestEnvironment } from '../../support/agent-journal.ts';
import { FakeForge } from '../../support/fake-forge.ts';
import { createLocalWorkspace } from '../../support/local-workspace.ts';
import { call, createScriptedModels } from '../../support/scripted-model.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

it('nothing is written to GitHub while the halt file is there; it is read, and written again afterwards', async () => {
	const data = temporaryDirectory();
	const fake = new FakeForge();
	fake.addIssue({ number: 1 });
	const rules = { secrets: { scan: async () => [] }, trace: () => [], mayAct: createHalt(data) };
	const forge = await guardForges({ open: async () => fake }, rules).open(fake.repository, 1);
	writeFileSync(join(data, 'halt'), '');
	const halted = { kind: 'delayed', message: expect.stringContaining(join(data, 'halt')) };
	await expect(forge.createComment(1, 'x')).rejects.toMatchObject(halted);
	await expect(forge.deleteBranch('x')).rejects.toMatchObject(halted);
	expect(await forge.issue(1)).toMatchObject({ number: 1 });
	rmSync(join(data, 'halt'));
	expect(await forge.createComment(1, 'x')).toMatchObject({ body: 'x' });
	expect(fake.count('createComment')).toBe(1);
});

it('an agent in the middle of its work asks no model again, and sets no money aside, until the file is gone', async () => {
	const data = temporaryDirectory();
	const workspace = createLocalWorkspace();
	const scripted = createScriptedModels(({ place }) => {
		if (place.turn === 1) writeFileSync(join(data, 'halt'), '');
		return call('glob', { pattern: '**' });
	});
	const environment = createTestEnvironment(haltModels(scripted, createHalt(data)));
	const task = {
		role: 'implement',
		system: 's',
		prompt: 'p',
		submit: ImplementReport,
		tools: ['glob'],
		workspace,
	} as const;
	await expect(runAgent(task, environment)).rejects.toMatchObject({ kind: 'delayed' });
	expect(scripted.requests).toHaveLength(1);
	expect(environment.journal.filter(({ event }) => event.type === 'model.requested')).toHaveLength(1);
});
