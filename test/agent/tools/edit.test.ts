import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ToolName, toolNames } from '../../../src/agent/agent-task.ts';
import { contentTag, formatAnchor, parseAnchor } from '../../../src/agent/tools/anchor.ts';
import { type FileEdit, planEdits } from '../../../src/agent/tools/plan-edits.ts';
import { Snapshots } from '../../../src/agent/tools/snapshots.ts';
import { formatDocument, parseDocument, splitLines } from '../../../src/agent/tools/text-document.ts';
import { buildToolbox } from '../../../src/agent/tools/toolbox.ts';
import { createLocalWorkspace } from '../../support/local-workspace.ts';

function setUp(files: Record<string, string | Uint8Array> = {}) {
	const workspace = createLocalWorkspace();
	for (const [name, content] of Object.entries(files)) writeFileSync(join(workspace.directory, name), content);
	const snapshots = new Snapshots();
	const toolbox = buildToolbox(toolNames);
	const use = async (tool: ToolName, args: unknown) => {
		const context = { workspace, snapshots, remainingMs: () => 60_000, signal: new AbortController().signal };
		const outcome = await toolbox.get(tool)?.execute(args, context);
		if (outcome === undefined) throw new Error('no such tool');
		snapshots.learn(outcome.text);
		return outcome;
	};
	const path = (name: string) => join(workspace.directory, name);
	const content = (name: string) => readFileSync(path(name), 'utf8');
	return { workspace, use, path, content };
}

/** Anchors of a text's lines, as read would show them. */
const anchorsOf = (text: string) => {
	const { lines } = parseDocument(text);
	return lines.map((_, index) => formatAnchor(lines, index));
};

const eol = fc.constantFrom('\n', '\r\n');
const line = fc.constantFrom('', '}', '{', 'a', 'b', '  a', 'return x;', '\t}', 'ünï');
const word = fc.oneof(line, fc.constant('x\ry'));
const text = fc
	.tuple(fc.constantFrom('', '\uFEFF'), fc.array(fc.tuple(word, eol), { maxLength: 12 }), fc.boolean())
	.map(([bom, lines, open]) => {
		const body = lines.map(([line, end]) => line + end).join('');
		return bom + (open ? body.replace(/\r?\n$/, '') : body);
	});

describe('splitting text', () => {
	it('gives back every byte', () => {
		fc.assert(fc.property(text, (given) => formatDocument(parseDocument(given)) === given));
		fc.assert(fc.property(fc.string(), (given) => formatDocument(parseDocument(given)) === given));
	});

	it('names lines by anchors that parse back', () => {
		fc.assert(
			fc.property(text, (given) => {
				for (const [index, anchor] of anchorsOf(given).entries()) expect(parseAnchor(anchor)?.index).toBe(index);
			}),
		);
	});
});

describe('planning edits', () => {
	const plan = (given: string, edits: FileEdit[], live = given) => {
		const lines = splitLines(given.replace(/^\uFEFF/, ''));
		const snapshot = { text: given, lines, seen: new Set(lines.keys()) };
		const file = { path: 'f', tag: contentTag(given), snapshot, live, liveTag: contentTag(live) };
		return planEdits(file, edits);
	};

	it('replaces exactly the named lines; every other line keeps its bytes', () => {
		fc.assert(
			fc.property(text, fc.nat(11), fc.nat(11), fc.array(line, { maxLength: 4 }), (given, a, b, fresh) => {
				const { bom, lines } = parseDocument(given);
				const anchors = anchorsOf(given);
				const from = anchors[Math.min(a, b)];
				const to = anchors[Math.max(a, b)];
				fc.pre(from !== undefined && to !== undefined);
				const planned = plan(given, [{ op: 'replace', from: from ?? '', to: to ?? '', lines: fresh }]);
				if (planned.kind === 'error') {
					expect(planned.text).toMatch(/^E_NOOP/);
					return;
				}
				const after = parseDocument(planned.text);
				const tail = lines.slice(Math.max(a, b) + 1);
				expect(after.bom).toBe(bom);
				expect(after.lines.slice(0, Math.min(a, b))).toEqual(lines.slice(0, Math.min(a, b)));
				if (tail.length > 0) expect(after.lines.slice(-tail.length)).toEqual(tail);
				const middle = after.lines.slice(Math.min(a, b), after.lines.length - tail.length);
				const trailing = fresh.at(-1) === '' && middle.length < fresh.length ? fresh.slice(0, -1) : fresh;
				expect(middle.map((line) => line.text)).toEqual(trailing);
			}),
		);
	});

	it('does nothing for an anchor whose number slipped', () => {
		fc.assert(
			fc.property(text, fc.nat(11), fc.constantFrom(-2, -1, 1, 2), (given, index, slip) => {
				const anchors = anchorsOf(given);
				const anchor = anchors[index];
				fc.pre(anchor !== undefined && index + slip >= 0);
				const slipped = `${index + slip + 1}${anchor?.slice(-2)}`;
				fc.pre(slipped !== anchors[index + slip]);
				const planned = plan(given, [{ op: 'delete', from: slipped, to: slipped }]);
				expect(planned).toMatchObject({
					kind: 'error',
					text: expect.stringMatching(/^E_ANCHOR .*Nothing was written/),
				});
			}),
		);
	});

	it('never fits a number that slipped to other check characters, however alike the lines are', () => {
		const anchors = anchorsOf('}\n\n'.repeat(400));
		for (const [index, anchor] of anchors.entries()) {
			for (const slip of [1, 2, 3, 4, 10, 50, 299]) expect(anchors[index + slip]?.slice(-2)).not.toBe(anchor.slice(-2));
		}
		expect(parseAnchor(anchors[99] ?? '')).toEqual({ index: 99, hash: anchors[99]?.slice(-2) });
	});

	it('applies no insertion twice, not even among lines like it', () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom('a', 'b', ''), { maxLength: 10 }),
				fc.nat(9),
				fc.array(fc.constantFrom('a', 'b', ''), { minLength: 1, maxLength: 3 }),
				(before, at, lines) => {
					const given = before.map((one) => `${one}\n`).join('');
					const anchor = anchorsOf(given)[at] ?? 'BOF';
					const first = plan(given, [{ op: 'insert', after: anchor, lines }]);
					if (first.kind === 'error') return;
					expect(plan(given, [{ op: 'insert', after: anchor, lines }], first.text)).toMatchObject({ kind: 'error' });
				},
			),
			{ numRuns: 500 },
		);
	});

	it('follows lines that moved because others were added above or below', () => {
		const given = 'a\nb\nc\nd\ne\nf\ng\n';
		const at = anchorsOf(given)[4] ?? '';
		const edit: FileEdit[] = [{ op: 'replace', from: at, to: at, lines: ['E'] }];
		expect(plan(given, edit, `new\n${given}`)).toMatchObject({ kind: 'ok', text: 'new\na\nb\nc\nd\nE\nf\ng\n' });
		expect(plan(given, edit, `${given}new\n`)).toMatchObject({ kind: 'ok', text: 'a\nb\nc\nd\nE\nf\ng\nnew\n' });
	});

	it('is stale when the target changed or a twin of it was added', () => {
		const given = 'a\nb\nc\nd\ne\nf\ng\n';
		const at = anchorsOf(given)[4] ?? '';
		const edit: FileEdit[] = [{ op: 'delete', from: at, to: at }];
		expect(plan(given, edit, 'a\nb\nc\nd\nX\nf\ng\n')).toMatchObject({ text: expect.stringMatching(/^E_STALE/) });
		expect(plan(given, edit, `${given}${given}`)).toMatchObject({ text: expect.stringMatching(/^E_STALE/) });
	});

	it('keeps a missing final line end, mixed line ends and a byte order mark', () => {
		const given = '\uFEFFa\r\nb\nc';
		const [first = '', second = ''] = anchorsOf(given);
		expect(plan(given, [{ op: 'insert', after: first, lines: ['x'] }])).toMatchObject({ text: '\uFEFFa\r\nx\r\nb\nc' });
		expect(plan(given, [{ op: 'insert', after: second, lines: ['x'] }])).toMatchObject({ text: '\uFEFFa\r\nb\nx\nc' });
		expect(plan(given, [{ op: 'insert', after: 'EOF', lines: ['x'] }])).toMatchObject({ text: '\uFEFFa\r\nb\nc\nx' });
		expect(plan(given, [{ op: 'insert', after: 'BOF', lines: ['x'] }])).toMatchObject({ text: '\uFEFFx\r\na\r\nb\nc' });
	});
});

describe('the edit tool', () => {
	it('edits several files or none', async () => {
		const { use, content } = setUp({ a: '1\n2\n', b: '3\n' });
		const shown = `${(await use('read', { path: 'a' })).text}\n${(await use('read', { path: 'b' })).text}`;
		const [tagA = '', tagB = ''] = [...shown.matchAll(/@(\w{6})/g)].map((match) => match[1]);
		const [one = '', , three = ''] = [...shown.matchAll(/^(\d+\w\w):/gm)].map((match) => match[1]);
		const files = (to: string) => ({
			files: [
				{ path: 'a', tag: tagA, edits: [{ op: 'replace', from: one, to: one, lines: ['one'] }] },
				{ path: 'b', tag: tagB, edits: [{ op: 'replace', from: to, to, lines: ['three'] }] },
			],
		});
		expect(await use('edit', files('9zz'))).toMatchObject({
			kind: 'error',
			text: expect.stringContaining('E_ANCHOR b'),
		});
		expect(content('a')).toBe('1\n2\n');
		expect(await use('edit', files(three))).toMatchObject({ kind: 'ok' });
		expect([content('a'), content('b')]).toEqual(['one\n2\n', 'three\n']);
		expect(await use('edit', files(three))).toMatchObject({ kind: 'error', text: expect.stringContaining('E_STALE') });
	});

	it('lets its own answer be the basis of the next edit', async () => {
		const { use, content } = setUp({ a: 'x\n' });
		const first = await use('read', { path: 'a' });
		const [, tag, anchor] = /@(\w{6}) .*\n(\w+):/.exec(first.text) ?? [];
		const second = await use('edit', {
			files: [{ path: 'a', tag, edits: [{ op: 'insert', after: anchor, lines: ['y'] }] }],
		});
		const [, tag2] = /@(\w{6}) /.exec(second.text) ?? [];
		const [, anchor2] = /^(2\w\w):y/m.exec(second.text) ?? [];
		await use('edit', { files: [{ path: 'a', tag: tag2, edits: [{ op: 'delete', from: anchor2, to: anchor2 }] }] });
		expect(content('a')).toBe('x\n');
	});

	it('refuses lines that were never shown, shows them, and takes the same call then', async () => {
		const { use, content } = setUp({ a: 'one\ntwo\nthree\n' });
		const shown = await use('read', { path: 'a', lines: 1 });
		const [, tag] = /@(\w{6}) /.exec(shown.text) ?? [];
		const at = anchorsOf('one\ntwo\nthree\n')[2];
		const edit = { files: [{ path: 'a', tag, edits: [{ op: 'delete', from: at, to: at }] }] };
		expect(await use('edit', edit)).toMatchObject({ kind: 'error', text: expect.stringContaining(`${at}:three`) });
		expect(await use('edit', edit)).toMatchObject({ kind: 'ok' });
		expect(content('a')).toBe('one\ntwo\n');
	});

	it('refuses invented tags, pasted anchors and line breaks inside a line', async () => {
		const { use, content } = setUp({ a: 'one\n' });
		const at = anchorsOf('one\n')[0] ?? '';
		const edit = (tag: string, line: string) => ({
			files: [{ path: 'a', tag, edits: [{ op: 'replace', from: at, to: at, lines: [line] }] }],
		});
		const tag = contentTag('one\n');
		expect((await use('edit', edit(tag, 'x'))).text).toMatch(/^E_TAG_UNKNOWN/);
		await use('read', { path: 'a' });
		expect((await use('edit', edit('aaaaaa', 'x'))).text).toMatch(/^E_TAG_UNKNOWN/);
		expect((await use('edit', edit(tag, `${at}:two`))).text).toMatch(/^E_LINES/);
		expect((await use('edit', edit(tag, 'a\nb'))).text).toMatch(/^E_LINES/);
		expect(content('a')).toBe('one\n');
	});

	it('refuses what no longer parses, pasted numbers and elisions, unless they are meant', async () => {
		const { use, content } = setUp({ 'a.ts': 'let a;\nlet b;\n' });
		const shown = await use('read', { path: 'a.ts' });
		const [, tag] = /@(\w{6}) /.exec(shown.text) ?? [];
		const at = anchorsOf('let a;\nlet b;\n')[1] ?? '';
		const edit = (line: string, allow?: string[]) =>
			use('edit', {
				files: [{ path: 'a.ts', tag, edits: [{ op: 'replace', from: at, to: at, lines: [line] }] }],
				...(allow === undefined ? {} : { allow }),
			});
		expect((await edit('let b = {;')).text).toMatch(/^E_SYNTAX a\.ts .*Nothing was written\./);
		expect((await edit('2: let c;')).text).toMatch(/^E_TEXT a\.ts.*line number.*Nothing was written\.$/);
		expect((await use('replace_text', { path: 'a.ts', old: 'let b;', new: '// ... existing code ...' })).text).toMatch(
			/^E_TEXT/,
		);
		expect((await use('write', { path: 'a.ts', tag, content: 'let a;\n// ... rest unchanged\n' })).text).toMatch(
			/^E_TEXT/,
		);
		expect((await use('write', { path: 'a.ts', tag, content: 'let {\n' })).text).toMatch(/^E_SYNTAX/);
		expect(content('a.ts')).toBe('let a;\nlet b;\n');
		expect(await edit('let b = {;', ['broken_syntax'])).toMatchObject({ kind: 'ok' });
		expect(
			await use('replace_text', { path: 'a.ts', old: 'let a;', new: '// ...', allow: ['odd_text'] }),
		).toMatchObject({ kind: 'ok' });
		expect(content('a.ts')).toBe('// ...\nlet b = {;\n');
	});

	it('says where the lines are that a correct call has to name', async () => {
		const { use, path } = setUp({ a: 'one\ntwo\nthree\nfour\nfive\nsix\n' });
		const [, tag] = /@(\w{6}) /.exec((await use('read', { path: 'a' })).text) ?? [];
		const at = anchorsOf('one\ntwo\nthree\nfour\nfive\nsix\n')[1] ?? '';
		const remove = (anchor: string, byTag = tag) =>
			use('edit', { files: [{ path: 'a', tag: byTag, edits: [{ op: 'delete', from: anchor, to: anchor }] }] });
		expect((await remove(`5${at.slice(-2)}`)).text).toMatch(
			new RegExp(`which is 5\\w\\w; ${at.slice(-2)} is line 2.*\\n${at}:two\\n`, 's'),
		);
		expect((await remove(at, 'aaaaaa')).text).toMatch(new RegExp(`E_TAG_UNKNOWN.*@${tag}.*\\n${at}:two\\n`, 's'));
		writeFileSync(path('a'), 'zero\nnought\none\ntwo, changed\nthree\nfour\nfive\nsix\n');
		expect((await remove(at)).text).toMatch(/^E_STALE.*:two, changed\n/s);
		expect((await use('replace_text', { path: 'a', old: 'the three\nfuor', new: '' })).text).toMatch(
			/^E_NOT_FOUND.*:three\n/s,
		);
	});

	it('does not change a part of a line whose other part changed since it was shown', async () => {
		const { use, path, content } = setUp({ a: 'let a = 1;\nlet b = 2;\n' });
		await use('read', { path: 'a' });
		writeFileSync(path('a'), 'let a = 1;\nlet b = 2 * rate;\n');
		const call = { path: 'a', old: 'let b = 2', new: 'let b = 3' };
		expect((await use('replace_text', call)).text).toMatch(/^E_STALE a: line 2 .*:let b = 2 \* rate;/s);
		expect(await use('replace_text', call)).toMatchObject({ kind: 'ok' });
		expect(content('a')).toBe('let a = 1;\nlet b = 3 * rate;\n');
	});

	it('does not take a twin for a text that was there when it was shown', async () => {
		const { use, path, content } = setUp({ a: 'if a:\n    go()\n    stop()\n' });
		await use('read', { path: 'a' });
		const live = 'if a:\n    went()\n    stop()\nelse:\n        go()\n        stop()\n';
		writeFileSync(path('a'), live);
		expect((await use('replace_text', { path: 'a', old: '    go()\n    stop()', new: '    wait()' })).text).toMatch(
			/^E_STALE/,
		);
		expect(content('a')).toBe(live);
	});

	it('keeps the mode, follows links inside the tree and leaves nothing beside the file', async () => {
		const { use, path, content, workspace } = setUp({ run: '#!/bin/sh\n' });
		chmodSync(path('run'), 0o755);
		mkdirSync(path('d'));
		symlinkSync('../run', path('d/link'));
		expect(await use('replace_text', { path: 'd/link', old: '/bin/sh', new: '/bin/bash' })).toMatchObject({
			kind: 'ok',
		});
		expect(content('run')).toBe('#!/bin/bash\n');
		expect(statSync(path('run')).mode & 0o777).toBe(0o755);
		const listed = await workspace.run('ls -A . d; test -L d/link', 5000, new AbortController().signal);
		expect(new TextDecoder().decode(listed.output)).toBe('.:\nd\nrun\n\nd:\nlink\n');
		expect(listed.exitCode).toBe(0);
	});
});

describe('the other tools', () => {
	it('say clearly what cannot be read, and where more is', async () => {
		const long = 'x'.repeat(1_000_000);
		const { use } = setUp({
			bin: new Uint8Array([1, 0, 2]),
			latin: new Uint8Array([0xe4, 0x0a]),
			empty: '',
			long: `${long}\nshort\n`,
			many: 'line\n'.repeat(5000),
			huge: Buffer.alloc(9 * 1024 * 1024, 97),
		});
		expect((await use('read', { path: 'bin' })).text).toMatch(/^E_BINARY bin/);
		expect((await use('read', { path: 'latin' })).text).toMatch(/^E_BINARY latin/);
		expect((await use('read', { path: 'huge' })).text).toMatch(/^E_TOO_LARGE huge/);
		expect((await use('read', { path: 'gone' })).text).toMatch(/^E_ABSENT gone/);
		expect((await use('read', { path: '.' })).text).toMatch(/not a regular file/);
		expect((await use('read', { path: 'empty' })).text).toContain('(the file is empty)');
		const cut = (await use('read', { path: 'long' })).text;
		expect(cut.length).toBeLessThan(3000);
		expect(cut).toMatch(/1\w\w~x+… \[line cut: 1000000 characters\]\n2\w\w:short/);
		expect((await use('read', { path: 'many' })).text).toMatch(/\(3000 more lines; go on with from: 2001\)$/);
		expect((await use('read', { path: 'many', from: 4999 })).text).toMatch(/^\[many @\w{6} 4999-5000\/5000\]/);
		expect((await use('read', { path: 'many', from: 5001 })).text).toMatch(/^E_RANGE/);
		expect((await use('read', { file: 'many' })).text).toMatch(/^E_ARGUMENTS read/);
	});

	it('search and list as git would, without ignored files', async () => {
		const { use, path, content } = setUp({
			'.gitignore': 'dist\n',
			'a.ts': 'let foo = 1;\n',
			'b c.js': '\nfoo\n',
			e: '',
		});
		mkdirSync(path('dist'));
		writeFileSync(path('dist/a.ts'), 'foo\n');
		const hits = await use('grep', { pattern: 'f[o]{2}\\b' });
		expect(hits.text).toMatch(/^\[a\.ts @\w{6} 1-1\/1\]\n1\w\w:let foo = 1;\n\[b c\.js @\w{6} 2-2\/2\]\n2\w\w:foo$/);
		expect((await use('grep', { pattern: 'FOO', ignore_case: true, path: 'b c.js' })).text).toContain(':foo');
		expect((await use('grep', { pattern: 'nowhere' })).text).toBe('(no hits)');
		expect((await use('grep', { pattern: '(' })).text).toMatch(/^E_PATTERN/);
		expect((await use('glob', { pattern: '**' })).text).toBe('.gitignore\na.ts\nb c.js\ne');
		expect((await use('glob', { pattern: '*.{ts,js}' })).text).toBe('a.ts\nb c.js');
		const [, tag, at] = /@(\w{6}) .*\n(1\w\w):let/.exec(hits.text) ?? [];
		await use('edit', { files: [{ path: 'a.ts', tag, edits: [{ op: 'delete', from: at, to: at }] }] });
		expect(content('a.ts')).toBe('');
	});

	it('write new files, and existing ones only as they are known', async () => {
		const { use, content } = setUp({ old: 'a\r\nb\r\n' });
		expect(await use('write', { path: 'new/dir/x', content: 'hi\n' })).toMatchObject({ kind: 'ok' });
		expect(content('new/dir/x')).toBe('hi\n');
		expect((await use('write', { path: 'old', content: 'c\n' })).text).toMatch(/^E_STALE old exists already/);
		const [, tag] = /@(\w{6}) /.exec((await use('read', { path: 'old' })).text) ?? [];
		expect(await use('write', { path: 'old', content: 'c\nd\n', tag })).toMatchObject({ kind: 'ok' });
		expect(content('old')).toBe('c\r\nd\r\n');
		expect((await use('write', { path: 'old', content: 'e\n', tag })).text).toMatch(/^E_STALE old is not as it was/);
		expect((await use('write', { path: 'new', content: '' })).text).toMatch(/not a regular file/);
		expect((await use('write', { path: 'old/x', content: '' })).text).toMatch(/E_PATH old is a file/);
		const name = 'n'.repeat(300);
		expect((await use('write', { path: `${name}/x`, content: '' })).text).toMatch(/ENAMETOOLONG/);
	});

	it('bound a long output, show its errors and keep all of it', async () => {
		const { use, workspace } = setUp();
		const command = 'for i in $(seq 1 20000); do echo line $i; [ $i = 9000 ] && echo "TypeError: boom"; done; exit 1';
		const { text } = await use('bash', { command });
		expect(text.length).toBeLessThan(14_000);
		expect(text).toMatch(/^\[exit code 1\]\nline 1\n/);
		expect(text).toContain('TypeError: boom');
		expect(text).toContain('line 20000');
		const [, digest = ''] = /kept as (sha256:\w+)/.exec(text) ?? [];
		expect(new TextDecoder().decode(workspace.kept.get(digest))).toContain('line 12345\n');
		expect((await use('bash', { command: 'sleep 5', timeout_seconds: 1 })).text).toMatch(/^\[killed after 1 s/);
	});
});
