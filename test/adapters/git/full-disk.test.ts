import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGitFixture } from '../../support/git-fixture.ts';
import { isMissing } from '../../support/service.ts';

const namespaces = ['--user', '--map-root-user', '--mount'];
const canMount = spawnSync('unshare', [...namespaces, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

describe.skipIf(isMissing('unshare', canMount ? null : 'user namespaces cannot mount here'))(
	'git on a full disk',
	() => {
		it('fails permanently, naming the disk, wherever the room ran out', () => {
			const fixture = createGitFixture();
			try {
				fixture.write('README.md', '# hello\n'.repeat(100));
				fixture.commit('first');
				const data = join(fixture.directory, 'data');
				mkdirSync(data);
				const script = 'mount -t tmpfs -o size=3500k tmpfs "$1" && exec node "$2" "$1" "$3"';
				const program = join(import.meta.dirname, '../../support/fill-disk.ts');
				const output = execFileSync('unshare', [...namespaces, 'sh', '-c', script, 'sh', data, program, fixture.work], {
					encoding: 'utf8',
					env: { ...process.env, NODE_OPTIONS: '' },
				});
				const failures: unknown = JSON.parse(output);
				expect(failures).toEqual(
					Array.from({ length: 3 }, () =>
						expect.stringMatching(/^permanent: .*disk is full( or damaged)?: free space in DATA_DIR/),
					),
				);
			} finally {
				fixture.remove();
			}
		});
	},
);
