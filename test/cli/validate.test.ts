import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Output } from '../../src/cli/output.ts';
import { validate } from '../../src/cli/validate.ts';
import { writeSchema } from '../../src/cli/write-schema.ts';

let root = '';
let out: string[] = [];
let err: string[] = [];

beforeEach(async () => {
	root = await mkdtemp(join(tmpdir(), 'dark-factory-validate-'));
	await mkdir(join(root, '.github/dark-factory/workflows'), { recursive: true });
	out = [];
	err = [];
});
afterEach(() => rm(root, { recursive: true }));

async function run(paths: string[], format: Output['format'] = 'text'): Promise<number> {
	const defaults = await readFile('config/dark-factory.yml', 'utf8');
	const knownModels = ['anthropic', 'openai', 'moonshot', 'local'].map((provider) => `${provider}/*`);
	const output: Output = {
		out: (text) => out.push(text),
		err: (text) => err.push(text),
		colors: createColors(false),
		format,
	};
	return validate(paths, { defaults, knownModels, workflows: ['issue-to-pr', 'plan-only'] }, output);
}

function put(path: string, text: string): Promise<void> {
	return writeFile(join(root, path), text);
}

describe('dark-factory validate', () => {
	it('is content with a repository that says nothing', async () => {
		expect(await run([root])).toBe(0);
		expect(out.join('\n')).toContain('the defaults hold');
	});

	it('checks a repository whole: labels may name its own workflows', async () => {
		await put('.github/dark-factory.yml', 'dispatch:\n  labels: { fix: mine }\n');
		await put('.github/dark-factory/workflows/mine.yml', 'name: mine\njobs:\n  a:\n    uses: plan\n');
		expect(await run([root])).toBe(0);
		expect(out).toEqual([expect.stringMatching(/^ok .*dark-factory\.yml$/), expect.stringMatching(/^ok .*mine\.yml$/)]);
		expect(await run([join(root, '.github/dark-factory.yml')])).toBe(0);
	});

	it('names the mistakes of all files and exits with 2', async () => {
		await put('.github/dark-factory.yml', 'limts: {}\n');
		await put('.github/dark-factory/workflows/mine.yml', 'name: mine\njobs:\n  a:\n    uses: plam\n');
		expect(await run([root])).toBe(2);
		expect(out.join('\n')).toMatch(
			/dark-factory\.yml:1:1 limts: unknown key .*did you mean limits\?\)\n.*mine\.yml:4:11 .*did you mean plan\?/,
		);
		expect(await run([join(root, '.github/dark-factory/workflows/mine.yml')])).toBe(2);
	});

	it('gives one JSON value for programs', async () => {
		await put('.github/dark-factory.yml', 'limts: {}\n');
		expect(await run([root], 'json')).toBe(2);
		expect(JSON.parse(out.join(''))).toMatchObject({
			ok: false,
			problems: [{ line: 1, column: 1, nearest: 'limits' }],
		});
	});

	it('warns without failing', async () => {
		await put('.github/dark-factory.yml', 'mix: { implement: local/a, evaluate: local/a }\n');
		expect(await run([root])).toBe(0);
		expect(err.join('\n')).toContain('the evaluator is the implementer');
	});

	it('says so when the path does not exist', async () => {
		expect(await run([join(root, 'nothing')])).toBe(2);
		expect(out.join('\n')).toContain('there is no such file or directory');
	});

	it('writes the schema for editors', async () => {
		const file = join(root, 'schema.json');
		const output: Output = {
			out: () => {},
			err: (text) => err.push(text),
			colors: createColors(false),
			format: 'text',
		};
		expect(await writeSchema(file, await readFile('config/dark-factory.yml', 'utf8'), output)).toBe(0);
		expect(await readFile(file, 'utf8')).toBe(await readFile('config/dark-factory.schema.json', 'utf8'));
	});
});
