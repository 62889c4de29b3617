import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createReplayModels } from '../../src/adapters/replay/replay-models.ts';
import { look } from '../../src/demo/look.ts';
import { fileIssue, labelIssue } from '../../src/demo/maintainer.ts';
import { readScenarioRecording } from '../../src/demo/read-scenario.ts';
import { startRehearsal } from '../../src/demo/rehearsal.ts';
import { green } from '../../src/demo/scenarios/green/scenario.ts';
import { startWorld } from '../../src/demo/world.ts';
import type { RunStore } from '../../src/ports/run-store.ts';
import { startFactoryProcess } from '../support/factory-process.ts';
import { createScriptedModels } from '../support/scripted-model.ts';
import { isMissing } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const patience = { timeout: 90_000 };

test('without git, the issue is told what is missing and nothing is published', async () => {
	const world = await startWorld(green, join(temporaryDirectory(), 'green'), process.env);
	const environment = { ...world.environment, PATH: pathWithout('git') };
	const factory = await startFactoryProcess({ ...world, environment }, null);
	try {
		const issue = await fileIssue(world);
		await labelIssue(world, issue);
		await expect.poll(async () => (await look(world, issue, null)).issue.labels, patience).toContain('factory:failed');
		await world.github.settled();
		const seen = await look(world, issue, null);
		expect(seen.issue.comments.at(-1)?.body).toMatch(
			/\*\*Outcome: failed\.\*\* git was not found on PATH.*install git/,
		);
		expect(seen.branches.map(({ name }) => name)).toEqual(['main']);
	} finally {
		world.github.deliverTo(null);
		await factory.stop();
		await world.close();
	}
}, 120_000);

/** A PATH with all programs of this one but `program`. */
function pathWithout(program: string): string {
	const directory = join(temporaryDirectory(), 'bin');
	mkdirSync(directory);
	const known = new Set([program]);
	for (const source of (process.env.PATH ?? '').split(delimiter)) {
		for (const name of readNames(source)) {
			if (known.has(name)) continue;
			known.add(name);
			symlinkSync(join(source, name), join(directory, name));
		}
	}
	return directory;
}

function readNames(directory: string): string[] {
	try {
		return readdirSync(directory);
	} catch {
		return [];
	}
}

const mounted = temporaryDirectory();
const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mounted]).status === 0;
if (canMount) spawnSync('umount', [mounted]);

describe.skipIf(isMissing('a disk of our own', canMount ? null : 'only root may mount one'))('a full disk', () => {
	test('under the journal ends the run with a word about it, and a retry is merged once there is room again', async () => {
		const directory = join(temporaryDirectory(), 'green');
		const data = join(directory, 'data');
		mkdirSync(data, { recursive: true });
		expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', data]).status).toBe(0);
		const filler = join(data, 'filler');
		const recorded = createReplayModels(readScenarioRecording(green, { canary: '', secret: '', data: '' }));
		let isFilled = false;
		const models = createScriptedModels(async (request, signal) => {
			if (request.place.job === 'implement' && !isFilled) {
				isFilled = true;
				fill(filler);
			}
			return recorded.forArm(request.arm).complete(request, signal);
		});
		const rehearsal = await startRehearsal(green, { directory, host: process.env, models });
		try {
			const lost = Promise.withResolvers<string>();
			onLostAppend(rehearsal.factory.runs, (error) => {
				rmSync(filler, { force: true });
				lost.resolve(String(error));
			});
			const { issue, run } = await rehearsal.dispatch();
			expect(await lost.promise).toContain('the disk is full: free space in');
			const failed = await rehearsal.untilRest(run);
			expect(failed).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('the disk is full') });
			await rehearsal.world.github.settled();
			const told = await rehearsal.look(issue, failed);
			const bodies = told.issue.comments.map(({ body }) => body).join('\n');
			expect(bodies).toMatch(/\*\*Outcome: failed\.\*\* .*the disk is full/);
			expect(told.branches.map(({ name }) => name)).toEqual(['main']);

			const { repository, maintainer } = rehearsal.world.github;
			const at = { owner: repository.owner, repo: repository.name, issue_number: issue };
			await maintainer.rest.issues.createComment({ ...at, body: '/factory retry' });
			const newest = async () => (await rehearsal.factory.runs.list({ limit: 1 }))[0]?.id ?? '';
			await expect.poll(newest, patience).not.toBe(run);
			const state = await rehearsal.untilRest(await newest());
			await rehearsal.world.github.settled();
			expect(green.findBroken(await rehearsal.look(issue, state))).toEqual([]);
		} finally {
			rmSync(filler, { force: true });
			await rehearsal.close();
			spawnSync('umount', ['--lazy', data]);
		}
	}, 180_000);
});

function onLostAppend(runs: RunStore, act: (error: unknown) => void): void {
	const append = runs.append.bind(runs);
	runs.append = (...entries) =>
		append(...entries).catch((error: unknown) => {
			act(error);
			throw error;
		});
}

/** Writes until nothing more goes in. */
function fill(file: string): void {
	for (let size = 16 * 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
		while (hasRoomFor(file, size)) {
			try {
				writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
			} catch {
				break;
			}
		}
	}
}

function hasRoomFor(file: string, size: number): boolean {
	const { bavail, bsize } = statfsSync(join(file, '..'));
	return bavail * bsize >= size;
}
