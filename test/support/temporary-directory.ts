import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A fresh empty directory (real path), removed with all it holds after the test file. Call it in a test, a hook or at file level. */
export function temporaryDirectory(): string {
	const directory = realpathSync(mkdtempSync(join(tmpdir(), 'dark-factory-')));
	created.push(directory);
	return directory;
}

const created: string[] = [];

afterAll(() => {
	for (const directory of created.splice(0)) {
		rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
	}
});
