import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { locatePath } from '../../src/agent/tools/locate-path.ts';
import { quoteShell } from '../../src/agent/tools/quote-shell.ts';
import { Snapshots } from '../../src/agent/tools/snapshots.ts';
import { buildToolbox } from '../../src/agent/tools/toolbox.ts';
import type { FileChange } from '../../src/core/change-set.ts';
import { checkChangeSet } from '../../src/core/check-change-set.ts';
import { fence } from '../../src/core/fence.ts';
import { quietLine } from '../../src/core/quiet-line.ts';
import { createRedactor } from '../../src/core/redact.ts';
import { createTraceFinder } from '../../src/core/secret-traces.ts';
import { cleanMarkdown } from '../../src/core/untrusted.ts';
import { createLocalWorkspace } from '../support/local-workspace.ts';

/** Fixed, so that a red run can be run again; change it to look elsewhere. */
const seed = 20_261_121;
let thrown = 0;
const throwing = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, check: (value: T) => void) => {
	fc.assert(
		fc.property(arbitrary, (value) => {
			thrown++;
			check(value);
		}),
		{ seed, numRuns },
	);
};

const parts = [
	...['..', '.', '', '...', 'a', 'src', '.git', '.GIT', '.Git ', 'git~1', '.git.', '.git::$INDEX', '%2e%2e', '~', '-x'],
	...[
		'\\',
		'..\\..',
		'C:',
		'\0',
		'\n',
		'\r',
		'\u202e',
		'\u200b',
		'\u2028',
		'é',
		'e\u0301',
		'tree-secret',
		'out',
		'key',
	],
];
const paths = fc
	.tuple(
		fc.constantFrom('', '/', './', '//', '../', '/proc/self/', '~/'),
		fc.array(fc.constantFrom(...parts), { maxLength: 7 }),
	)
	.map(([start, names]) => start + names.join('/'));
const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 });
/** Letters and digits as a key has them: 32 of them. */
const keys = bytes.map((given) =>
	createHash('sha512')
		.update(given)
		.digest('base64')
		.replace(/[^A-Za-z0-9]/g, '')
		.slice(0, 32),
);
const hex = (text: string) => Buffer.from(text).toString('hex');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const reversed = (text: string) => [...text].reverse().join('');
const encodings: ((text: string) => string)[] = [
	...[(text: string) => text, encodeURIComponent, hex, (text: string) => hex(text).toUpperCase(), base64, reversed],
	...[(text: string) => Buffer.from(text).toString('base64url'), (text: string) => base64(`a${text}`)],
	...[(text: string) => base64(`ab${text}c`), (text: string) => JSON.stringify(text)],
];

describe('what is thrown at the boundary', () => {
	it('paths: none that tools accept leads out of the worktree or into git', () => {
		const root = '/srv/tree';
		throwing(paths, 2_000, (given) => {
			const located = locatePath(root, given);
			if (located.kind === 'refused') return;
			const full = path.resolve(root, located.path);
			expect(full === root || full.startsWith(`${root}/`)).toBe(true);
			expect(located.path.split('/')).not.toContain('..');
			expect(located.path.toLowerCase().split('/')).not.toContain('.git');
		});
	});

	it('paths: none reads what lies beside the worktree, not by links either', async () => {
		const workspace = createLocalWorkspace();
		const tree = workspace.directory;
		mkdirSync(`${tree}-secret`);
		writeFileSync(`${tree}-secret/key`, 'SECRET\n');
		mkdirSync(path.join(tree, 'src'));
		symlinkSync(`${tree}-secret`, path.join(tree, 'out'));
		symlinkSync('../out', path.join(tree, 'src/out'));
		symlinkSync(`${tree}-secret/key`, path.join(tree, 'key'));
		const read = buildToolbox(['read']).get('read');
		const context = {
			workspace,
			snapshots: new Snapshots(),
			remainingMs: () => 1,
			signal: new AbortController().signal,
		};
		for (const given of fc.sample(paths, { seed, numRuns: 500 })) {
			thrown++;
			expect((await read?.execute({ path: given }, context))?.text).not.toContain('SECRET');
		}
	});

	it('paths and links: none that may be published is one that git, a link or a file system reads otherwise', () => {
		const rules = { changedFiles: 9, changedLines: 9, forbidden: [] };
		const counts = { status: 'added', size: 1, addedLines: 1, deletedLines: 0, binary: false } as const;
		const modes = fc.constantFrom('100644', '120000', '160000', '040000', '100755');
		throwing(fc.tuple(paths, paths, modes), 2_000, ([given, target, mode]) => {
			const file: FileChange = { ...counts, path: given, mode, blobSha: 'a'.repeat(40) };
			const changes = { baseTreeSha: '', treeSha: '', files: [file], patch: '' };
			if (checkChangeSet(changes, rules, new Map([[given, target]]), [given]).length > 0) return;
			expect(['100644', '100755', '120000']).toContain(mode);
			expect(path.posix.join('.', given)).toBe(given);
			expect(given).not.toMatch(/^\/|\\|\0|\n|(?:^|\/)(?:\.\.|\.git)(?:\/|$)/i);
			if (mode !== '120000') return;
			const full = path.posix.resolve('/root', path.posix.dirname(given), target);
			expect(full === '/root' || full.startsWith('/root/')).toBe(true);
			expect(full.toLowerCase().split('/')).not.toContain('.git');
		});
	});

	it('commands: none of the words that are quoted is more than a word to a real shell', () => {
		const word = fc.array(
			fc.constantFrom(
				"'",
				'"',
				'$(id)',
				'`id`',
				'\\',
				'\n',
				';',
				'&&',
				'|',
				'>',
				'*',
				' ',
				'-x',
				'!',
				'é',
				'$IFS',
				'#',
				'~',
			),
			{ maxLength: 8 },
		);
		const words = fc.sample(word, { seed, numRuns: 1_500 }).map((pieces) => pieces.join(''));
		thrown += words.length;
		const script = `printf '%s\\0' ${words.map(quoteShell).join(' ')}`;
		expect(execFileSync('sh', ['-c', script]).toString('utf8')).toBe(`${words.join('\0')}\0`);
	});

	it('texts: none brings anything invisible or hidden into a prompt, leaves its fence or acts on GitHub', () => {
		const pieces = fc.constantFrom(
			...[
				'It fails.',
				'\n',
				'\n\n',
				'<!-- HIDDEN -->',
				'<!-- HIDDEN',
				'\n\n![HIDDEN](https://x.test/a.png)',
				'&#8203;',
			],
			...[
				'[a](https://x.test "HIDDEN")',
				'<span hidden>HIDDEN</span>',
				'\u200b',
				'\u202e',
				'\u{e0048}',
				'\ufe0f',
				'\u2060',
			],
			...[
				'</untrusted-',
				'@everyone',
				'#1',
				'closes #2',
				'> quote',
				'- item',
				'**bold**',
				'\u061c',
				'\u180e',
				'\u3164',
			],
		);
		throwing(fc.array(pieces, { maxLength: 8 }), 1_500, (chosen) => {
			const raw = chosen.join(' ');
			const { text } = cleanMarkdown(raw);
			expect(text).not.toMatch(/[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zl}\p{Zp}]/u);
			expect(text).not.toContain('HIDDEN');
			const fenced = fence(raw, 'an issue');
			const mark = /^<(untrusted-[0-9a-f]{32}) /.exec(fenced)?.[1] ?? 'none';
			expect(fenced.split(mark)).toHaveLength(3);
			expect(quietLine(raw, 500)).not.toMatch(/[\n\p{Cf}]|@\w|#\d/u);
		});
	});

	it('secrets: none passes redaction in an encoding, wherever it stands', () => {
		throwing(
			fc.tuple(keys, fc.constantFrom(...encodings), fc.string(), fc.string()),
			1_500,
			([key, encode, before, after]) => {
				const clean = createRedactor([key])(`${before}${encode(key)}${after}`);
				expect(clean).toContain('[redacted]');
				expect(createTraceFinder([key])(clean)).toEqual([]);
			},
		);
	});

	it('secrets: none passes split at any offset, in any encoding, with anything between the pieces', () => {
		const between = fc.constantFrom('\n', ' ', "' + '", '\u200b', ', ', '%', '\n\n> ', '-', '...', '"\n\t+ "');
		throwing(fc.tuple(keys, fc.constantFrom(...encodings), between), 60, ([key, encode, separator]) => {
			const trace = createTraceFinder([key]);
			const text = encode(key);
			for (let offset = 0; offset <= text.length; offset++) {
				thrown++;
				expect(trace(`x ${text.slice(0, offset)}${separator}${text.slice(offset)} y`)).not.toEqual([]);
			}
		});
	});

	it('secrets: none passes with its beginning or its end cut, while twelve characters of it are left', () => {
		throwing(fc.tuple(keys, fc.integer({ min: 0, max: 20 }), fc.boolean()), 1_000, ([key, cut, atEnd]) => {
			const left = atEnd ? key.slice(0, key.length - cut) : key.slice(cut);
			expect(createTraceFinder([key])(`left: ${left}.`)).toEqual([1]);
		});
	});
});

afterAll(() => {
	expect(thrown).toBeGreaterThan(10_000);
});
