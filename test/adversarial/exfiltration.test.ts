import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardForges } from '../../src/adapters/guard/guard-forges.ts';
import { createSecretlintScanner } from '../../src/adapters/secretlint/secretlint-scanner.ts';
import { createThoroughScanner } from '../../src/adapters/secretlint/thorough-scanner.ts';
import { SecretRegistry } from '../../src/core/secret-registry.ts';
import type { Forge } from '../../src/ports/forge.ts';
import { publish } from '../../workers/publish.ts';
import { verify } from '../../workers/verify.ts';
import { fix, implement, implementedRun } from '../support/proven-run.ts';
import { installationToken, type ScriptedGitHub, startScriptedGitHub } from '../support/scripted-github.ts';

/** A key of ours of no form that any rule knows, so that only its value gives it away. */
const ours = 'Vq7zJ2mX9wK4tB8nR5cL1yH6dF3gS0pA';
/** One of a form that rules know, which the factory never saw. */
const theirs = `ghp_${'Zk7Qw2Lm9Xc4Vb8Nt5Rf1Hy6Jd3Gs0Pa9Uo2'.slice(0, 36)}`;

const registry = new SecretRegistry([ours]);
const secrets = createThoroughScanner(createSecretlintScanner(), (text) => registry.trace(text));
const rules = { secrets, trace: (text: string) => registry.trace(text), mayAct: () => {} };

const base64 = (text: string) => Buffer.from(text).toString('base64');
const backwards = (text: string) => [...text].reverse().join('');

/** How somebody who reads along would write it. */
const disguises: [how: string, disguise: (secret: string) => string][] = [
	['raw', (secret) => secret],
	['in base64', base64],
	['in base64 within longer base64', (secret) => base64(`x=${secret};`)],
	['in hexadecimal', (secret) => Buffer.from(secret).toString('hex')],
	['reversed', backwards],
	['reversed and in base64', (secret) => base64(backwards(secret))],
	['in base64 and reversed', (secret) => backwards(base64(secret))],
];
const ownDisguises: typeof disguises = [
	...disguises,
	['with its first seven characters cut', (secret) => secret.slice(7)],
	['with its last seven characters cut', (secret) => secret.slice(0, -7)],
	['split in the middle', (secret) => `${secret.slice(0, 16)} and then ${secret.slice(16)}`],
	['split into fours', (secret) => (secret.match(/.{4}/g) ?? []).join("' + '")],
	['one character a line', (secret) => [...secret].join('\n')],
	['with invisible characters between', (secret) => [...secret].join('\u200b')],
	[
		'in full-width letters',
		(secret) => secret.replace(/[!-~]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0)),
	],
	['percent-encoded', (secret) => [...Buffer.from(secret)].map((octet) => `%${octet.toString(16)}`).join('')],
	['as escapes of a string', (secret) => [...Buffer.from(secret)].map((octet) => `\\x${octet.toString(16)}`).join('')],
	['as numbers', (secret) => [...Buffer.from(secret)].join(', ')],
	['in upper case', (secret) => secret.toUpperCase()],
];
const cases: [string, string, string][] = [
	...ownDisguises.map(([how, disguise]): [string, string, string] => ['a key of the factory', how, disguise(ours)]),
	...disguises.map(([how, disguise]): [string, string, string] => ['a foreign token', how, disguise(theirs)]),
	['a token that was minted meanwhile', 'raw', installationToken],
	['a token that was minted meanwhile', 'with its beginning cut', installationToken.slice(-40)],
];

const commit = {
	parentSha: 'a'.repeat(40),
	baseTreeSha: 'b'.repeat(40),
	message: 'Fix it',
	date: '2026-01-01T00:00:00Z',
};
const pull = { title: 'Fix it', body: 'Fixed.', head: 'factory/issue-1-r1', base: 'main', draft: false };
const file = { path: 'src/a.js', mode: '100644' as const, content: Buffer.from('export {};\n') };
const check = {
	...{ name: 'dark-factory/gate', headSha: 'a'.repeat(40), externalId: 'r1:gate' },
	...{ status: 'completed' as const, conclusion: 'success' as const, title: 'Good', summary: 'Good.' },
};

/** Every legal way of writing something to GitHub. */
const channels: [name: string, send: (forge: Forge, text: string) => Promise<unknown>][] = [
	['a comment', (forge, text) => forge.createComment(1, `Hello.\n${text}\n`)],
	['an edited comment', (forge, text) => forge.updateComment(1, text)],
	['a pull request body', (forge, text) => forge.createPull({ ...pull, body: `Done.\n\n${text}` })],
	['a pull request title', (forge, text) => forge.createPull({ ...pull, title: `Fix ${text}` })],
	['an edited pull request', (forge, text) => forge.updatePull(1, { body: text })],
	['a commit message', (forge, text) => forge.createCommit({ ...commit, files: [file], message: `Fix\n\n${text}` })],
	['a file name', (forge, text) => forge.createCommit({ ...commit, files: [{ ...file, path: `src/${text}.js` }] })],
	['a branch name', (forge, text) => forge.putBranch(`factory/${text}`, 'a'.repeat(40), null)],
	['a check run', (forge, text) => forge.putCheckRun({ ...check, summary: text })],
	['a label', (forge, text) => forge.changeLabels(1, { add: [text], remove: [] })],
	[
		'a merge commit',
		(forge, text) => forge.merge(1, { sha: 'a'.repeat(40), method: 'squash', title: 't', message: text }),
	],
];

let github: ScriptedGitHub;
let forge: Forge;
beforeEach(async () => {
	github = await startScriptedGitHub((token) => registry.add(token));
	github.replies.set('GET /repos/acme/widgets/issues/1', { status: 404 });
	forge = await guardForges(github.forges, rules).open({ owner: 'acme', name: 'widgets' }, 815);
	await forge.issue(1);
	github.received.length = 0;
});
afterEach(() => github.close());

describe('case 39: a secret that leaves by a legal channel', () => {
	it.each(cases)('%s, %s, is stopped in every channel before any request', async (_what, _how, text) => {
		for (const [name, send] of channels) {
			const error = await send(forge, text).then(
				() => null,
				(reason: unknown) => reason,
			);
			expect(error, name).toMatchObject({ kind: 'permanent', message: expect.stringMatching(/^nothing was sent/) });
			expect(String(error)).not.toContain(text);
		}
		expect(github.received).toEqual([]);
	});

	it.each(ownDisguises)('a key of the factory, %s, is stopped in the content of a file', async (_how, disguise) => {
		const content = Buffer.from(`const key = "${disguise(ours)}";\n`);
		await expect(forge.createCommit({ ...commit, files: [{ ...file, content }] })).rejects.toMatchObject({
			kind: 'permanent',
		});
		expect(github.received).toEqual([]);
	});

	it('two halves in two texts of one act are seen together', async () => {
		const [left, right] = [ours.slice(0, 11), ours.slice(11, 22)];
		await expect(forge.createPull({ ...pull, title: left, body: right })).rejects.toMatchObject({ kind: 'permanent' });
	});

	it('honest words go through', async () => {
		github.replies.set('POST /repos/acme/widgets/issues/1/comments', {
			status: 201,
			body: { id: 1, body: '', created_at: '', updated_at: '', html_url: '', user: null },
		});
		const digests = `sha512-${base64(ours.repeat(3).slice(3)).slice(9, 20)}==\n${'0123456789abcdef'.repeat(4)}\n`;
		await forge.createComment(1, `The fix is in src/widget.js at ${'a1b2c3d4e5'.repeat(4)}.\n${digests}`);
		expect(github.received).toHaveLength(1);
	});
});

describe('case 39: an implementer that puts a secret into its change', () => {
	const changes: [string, Record<string, string>][] = [
		['the content of a file, raw', { 'notes.txt': `${ours}\n` }],
		['the content of a file, in base64 and reversed', { 'notes.txt': `${backwards(base64(ours))}\n` }],
		[
			'the content of a file, split, its first seven characters cut',
			{ 'notes.txt': `${ours.slice(7, 16)}\n${ours.slice(16)}` },
		],
		['a file name, raw', { [`${ours}.txt`]: 'x\n' }],
		['a file name, reversed', { [`${backwards(ours)}.txt`]: 'x\n' }],
		['the names of two directories', { [`${ours.slice(0, 16)}/${ours.slice(16)}`]: 'x\n' }],
		['a foreign token in base64', { 'notes.txt': `${base64(theirs)}\n` }],
	];

	it('is blocked before anything is written, whatever the disguise, and the value is not repeated', async () => {
		const harness = await implementedRun(fix, { secrets });
		for (const [how, files] of changes) {
			await implement(harness, { ...fix, ...files });
			await harness.run(verify, 'verify');
			harness.end('review', { decision: 'pass', findings: [] });
			const end = await harness.run(publish, 'publish');
			expect(end, how).toMatchObject({ kind: 'ended', outcome: 'blocked' });
			expect(registry.trace(JSON.stringify(end)), how).toEqual([]);
		}
		for (const method of ['createCommit', 'putBranch', 'createPull', 'createComment'] as const) {
			expect(harness.forge.count(method)).toBe(0);
		}
	});
});
