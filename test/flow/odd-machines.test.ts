import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileIssue, labelIssue } from '../../src/demo/maintainer.ts';
import { green } from '../../src/demo/scenarios/green/scenario.ts';
import { startWorld } from '../../src/demo/world.ts';
import { startFactoryProcess } from '../support/factory-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A directory with the programs of this machine's `PATH`, but for git. */
function programsWithoutGit(): string {
	const directory = temporaryDirectory();
	for (const place of (process.env.PATH ?? '').split(':')) {
		let names: string[] = [];
		try {
			names = readdirSync(place);
		} catch {}
		for (const name of names) {
			if (/^git/.test(name)) continue;
			try {
				symlinkSync(join(place, name), join(directory, name));
			} catch {}
		}
	}
	return directory;
}

test('a machine without git says so on the issue, and publishes nothing', { timeout: 120_000 }, async () => {
	const host = { ...process.env, PATH: programsWithoutGit() };
	const world = await startWorld(green, join(temporaryDirectory(), 'green'), host);
	const factory = await startFactoryProcess(world, null);
	try {
		const { repository, maintainer } = world.github;
		const at = { owner: repository.owner, repo: repository.name };
		const issue = await fileIssue(world);
		await labelIssue(world, issue);
		const read = async () => {
			const { data } = await maintainer.rest.issues.listComments({ ...at, issue_number: issue });
			return data.map(({ body }) => body ?? '').join('\n');
		};
		await expect.poll(read, { timeout: 60_000 }).toContain('**Outcome: failed.**');
		expect(await read()).toContain('git was not found on PATH');
		const { data } = await maintainer.rest.git.listMatchingRefs({ ...at, ref: 'heads/' });
		expect(data.map(({ ref }) => ref)).toEqual(['refs/heads/main']);
	} finally {
		await factory.stop();
		await world.close();
	}
});
