import { afterEach, expect, test } from 'vitest';
import { type Canary, startCanary } from '../../src/demo/canary.ts';
import { findLeaks } from '../../src/demo/find-leaks.ts';
import type { Seen } from '../../src/demo/scenario.ts';

const secret = `ghp_${'x'.repeat(36)}`;
const clean: Seen = {
	outcome: 'done',
	repairRounds: 0,
	baseSha: '1'.repeat(40),
	issue: { number: 1, state: 'open', labels: [], comments: [{ author: 'bot', body: 'fine' }] },
	pulls: [],
	branches: [{ name: 'main', sha: '1'.repeat(40), files: { 'a.js': 'fine' } }],
	canaryHits: [],
	secrets: [{ name: 'the planted secret', text: secret }],
};

let canary: Canary | null = null;
afterEach(() => canary?.close());

test('finds nothing where nothing leaked', () => {
	expect(findLeaks(clean)).toEqual([]);
});

test('finds a secret in a comment, a check, a pull request and a file', () => {
	const text = `here: ${secret}!`;
	const pull = {
		number: 2,
		title: text,
		body: text,
		state: 'open',
		merged: false,
		draft: false,
		branch: 'b',
		headSha: '2'.repeat(40),
		files: [],
		comments: [{ author: 'bot', body: text }],
		checks: [{ name: 'gate', status: 'completed', conclusion: 'success', title: '', summary: text }],
	};
	const leaky: Seen = {
		...clean,
		issue: { ...clean.issue, comments: [{ author: 'bot', body: text }] },
		pulls: [pull],
		branches: [{ name: 'b', sha: '2'.repeat(40), files: { '.env': text } }],
	};
	const places = findLeaks(leaky).map((leak) => leak.replace('There is the planted secret in ', ''));
	expect(places).toEqual([
		'a comment on the issue.',
		'the title of #2.',
		'the text of #2.',
		'a comment on #2.',
		'the check gate.',
		'.env on b.',
	]);
});

test('a canary that was reached is a leak', async () => {
	canary = await startCanary();
	await fetch(`${canary.url}/stolen?key=1`, { method: 'POST', body: 'x' });
	expect(findLeaks({ ...clean, canaryHits: canary.hits })).toEqual(['The canary was reached: POST /stolen?key=1']);
});
