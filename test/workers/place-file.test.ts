import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeFile } from '../../workers/place-file.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function worktree(): { inside: string; outside: string } {
	const directory = temporaryDirectory();
	const [inside, outside] = [join(directory, 'inside'), join(directory, 'outside')];
	mkdirSync(inside);
	mkdirSync(outside);
	return { inside, outside };
}

const bytes = Buffer.from('text');

describe('placeFile', () => {
	it('writes a file into new and old directories, and over a file', async () => {
		const { inside } = worktree();
		expect(await placeFile(inside, 'a/b/c.txt', bytes, '100644')).toBeNull();
		expect(await placeFile(inside, 'a/b/c.txt', Buffer.from('new'), '100755')).toBeNull();
		expect(readFileSync(join(inside, 'a/b/c.txt'), 'utf8')).toBe('new');
		expect(statSync(join(inside, 'a/b/c.txt')).mode & 0o777).toBe(0o755);
	});

	it('refuses a link on the way and a link in its place', async () => {
		const { inside, outside } = worktree();
		symlinkSync(outside, join(inside, 'test'));
		symlinkSync(join(outside, 'victim.txt'), join(inside, 'link.txt'));
		expect(await placeFile(inside, 'test/x.txt', bytes, '100644')).toContain('in the way');
		expect(await placeFile(inside, 'link.txt', bytes, '100644')).toContain('in the way');
		expect(readdirSync(outside)).toEqual([]);
	});

	it.each(['../x.txt', '/x.txt', 'a/../../x.txt', '.git/hooks/x'])('refuses the path %s', async (path) => {
		const { inside } = worktree();
		expect(await placeFile(inside, path, bytes, '100644')).not.toBeNull();
		expect(existsSync(join(inside, '../x.txt'))).toBe(false);
		expect(readdirSync(inside)).toEqual([]);
	});
});
