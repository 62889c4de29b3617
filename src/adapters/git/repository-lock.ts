import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../core/fault.ts';

/** Longer than any call of git may last, so that an older lock has no living owner. */
const staleMs = 15 * 60_000;
const patienceMs = 10 * 60_000;
const queues = new Map<string, Promise<unknown>>();

/** Lock files that git leaves behind when it is killed. */
const debris = ['shallow.lock', 'packed-refs.lock', 'config.lock', 'HEAD.lock'];

/**
 * Runs `work` while no other task of this process, and no other process of this machine, changes the same git directory. What a
 * killed git left behind is cleared first: whoever holds the lock knows that no other git is at work.
 * @throws Fault transient when the lock was not free for ten minutes.
 */
export async function withRepositoryLock<T>(gitDirectory: string, work: () => Promise<T>): Promise<T> {
	const before = queues.get(gitDirectory) ?? Promise.resolve();
	const mine = before.then(
		() => locked(gitDirectory, work),
		() => locked(gitDirectory, work),
	);
	queues.set(gitDirectory, mine);
	try {
		return await mine;
	} finally {
		if (queues.get(gitDirectory) === mine) queues.delete(gitDirectory);
	}
}

async function locked<T>(gitDirectory: string, work: () => Promise<T>): Promise<T> {
	const path = join(gitDirectory, 'factory.lock');
	await take(path);
	try {
		for (const name of debris) await rm(join(gitDirectory, name), { force: true });
		await clearOld(gitDirectory, /^fast_import_crash_/);
		await clearOld(join(gitDirectory, 'objects/pack'), /^tmp_/);
		return await work();
	} finally {
		await rm(path, { force: true });
	}
}

/** Half-written packs and crash reports; younger ones may belong to a git that is at work without the lock. */
async function clearOld(directory: string, pattern: RegExp): Promise<void> {
	for (const name of await readdir(directory).catch(() => [])) {
		if (!pattern.test(name)) continue;
		const facts = await stat(join(directory, name)).catch(() => null);
		if (facts !== null && Date.now() - facts.mtimeMs > staleMs) await rm(join(directory, name), { force: true });
	}
}

async function take(path: string): Promise<void> {
	for (let waited = 0; waited < patienceMs; waited += 100) {
		try {
			const file = await open(path, 'wx');
			await file.writeFile(String(process.pid));
			await file.close();
			return;
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
		}
		if (await isStale(path)) await rm(path, { force: true });
		else await sleep(100);
	}
	throw new Fault('transient', 'another process kept the git repository locked for ten minutes');
}

/** Left by a dead process, by an earlier life of this process id, or for too long. */
async function isStale(path: string): Promise<boolean> {
	try {
		const [owner, facts] = [Number(await readFile(path, 'utf8')), await stat(path)];
		const age = Date.now() - facts.mtimeMs;
		if (age > staleMs) return true;
		// Between its creation and its first byte the file is empty.
		if (!Number.isInteger(owner) || owner <= 0) return age > 5000;
		return owner === process.pid || !isAlive(owner);
	} catch {
		return false;
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}
