import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGit } from '../../src/adapters/git/create-git.ts';
import { findLocalRepository } from '../../src/adapters/git/local-repository.ts';

/** `node fill-disk.ts DATA_DIR REPOSITORY`: prints how git's adapter fails as the disk under DATA_DIR fills up. */
const [dataDirectory = '', path = ''] = process.argv.slice(2);
const clock = { now: () => 0, sleep: async () => {} };
const git = createGit({ dataDirectory, clock, serverUrl: null, localRepositories: 'allowed' });
const local = await findLocalRepository(path);
const repository = await git.open(local.repository);
await repository.ensure(local.headSha, local.remote);
const worktree = await repository.checkOut(local.headSha, 'first');
const failures: string[] = [];
const note = (cause: unknown) =>
	failures.push(cause instanceof Error ? `${'kind' in cause ? cause.kind : '-'}: ${cause.message}` : '-');
await writeFile(join(worktree.directory, 'incompressible'), randomBytes(2_000_000));
await repository.save(worktree, local.headSha).catch(note);
await writeFile(join(dataDirectory, 'filler'), randomBytes(8_000_000)).catch(() => {});
await repository.checkOut(local.headSha, 'second').catch(note);
await git.open({ owner: 'another', name: 'one' }).catch(note);
console.log(JSON.stringify(failures));
