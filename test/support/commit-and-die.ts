/**
 * Writes several files as `edit` does, or recovers from that, and is killed by SIGKILL right before the n-th operation that
 * changes the disk: `node commit-and-die.ts ROOT commit|recover N`. Ends with exit code 0 when there are fewer.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

const [root = '', task = 'commit', at = '1'] = process.argv.slice(2);
let left = Number(at);

function dieInTime(): void {
	left -= 1;
	if (left === 0) process.kill(process.pid, 'SIGKILL');
}

const { open, rename, rm, writeFile } = fs;
fs.rename = (...args: Parameters<typeof rename>) => {
	dieInTime();
	return rename(...args);
};
fs.rm = (...args: Parameters<typeof rm>) => {
	dieInTime();
	return rm(...args);
};
fs.writeFile = (...args: Parameters<typeof writeFile>) => {
	dieInTime();
	return writeFile(...args);
};
fs.open = async (...args: Parameters<typeof open>) => {
	const [, flags] = args;
	if (typeof flags !== 'number' || (flags & fs.constants.O_CREAT) === 0) return open(...args);
	dieInTime();
	const handle = await open(...args);
	const write = handle.writeFile.bind(handle);
	handle.writeFile = async (data, options) => {
		// Half of it, then the end: what a dying process leaves of a file.
		if (left === 1 && typeof data === 'string') await write(data.slice(0, data.length / 2), options);
		dieInTime();
		return write(data, options);
	};
	return handle;
};
syncBuiltinESMExports();

const { commitFiles, recoverFiles } = await import('../../src/agent/tools/commit-files.ts');
if (task === 'recover') await recoverFiles(root);
else {
	const names = ['a', 'd/b'];
	const writes = names.map((name) => ({
		path: name,
		before: `old ${path.basename(name)}\n`,
		after: 'new\n'.repeat(9),
		mode: 0o644,
	}));
	const failed = await commitFiles(root, writes);
	if (failed !== null) throw new Error(failed);
}
