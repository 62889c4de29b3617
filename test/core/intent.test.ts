import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatBranchName, parseBranchName } from '../../src/core/branch-name.ts';
import { parseFactoryCommand } from '../../src/core/factory-command.ts';
import { intentOf, intentReaders } from '../../src/core/intent.ts';

const self = { appId: 77, slug: 'dark-factory' };
const common = {
	repository: { name: 'widgets', owner: { login: 'acme' } },
	installation: { id: 5 },
	sender: { login: 'ada', type: 'User' },
};
const at = { repository: { owner: 'acme', name: 'widgets' }, installation: 5 };
const by = { login: 'ada', id: null, kind: 'person', appId: null };

describe('intentOf', () => {
	test('reads a label with the text that was asked for', () => {
		const issue = { number: 3, title: 'T', body: null };
		expect(intentOf('issues', { ...common, action: 'labeled', issue, label: { name: 'factory' } }, self)).toEqual({
			kind: 'dispatch',
			at,
			subject: { kind: 'issue', number: 3 },
			label: 'factory',
			by,
			asked: { title: 'T', body: '' },
		});
	});

	test('reads a command on a pull request, with the App it came through', () => {
		const issue = { number: 3, title: 'T', body: 'B', pull_request: { url: '' } };
		const comment = { body: '/factory reject because', performed_via_github_app: { id: 9 } };
		const payload = { ...common, action: 'created', issue, comment, sender: { login: 'x[bot]', type: 'Bot' } };
		expect(intentOf('issue_comment', payload, self)).toEqual({
			kind: 'command',
			at,
			subject: { kind: 'pull_request', number: 3 },
			name: 'reject',
			argument: 'because',
			by: { login: 'x[bot]', id: null, kind: 'bot', appId: 9 },
			asked: { title: 'T', body: 'B' },
		});
	});

	test("hears others' checks on a push of its own, whose sender is the factory itself", () => {
		const check_run = { name: 'ci', head_sha: 'a', app: { id: 1 }, pull_requests: [{ number: 4 }] };
		const sender = { login: 'dark-factory[bot]', type: 'Bot' };
		expect(intentOf('check_run', { ...common, action: 'completed', check_run, sender }, self)).toMatchObject({
			kind: 'look',
			pulls: [4],
			branches: [],
		});
	});

	test.each([
		['status', { context: 'ci', state: 'pending', sha: 'a', branches: [{ name: 'x' }] }],
		['check_suite', { action: 'completed', check_suite: { head_sha: 'a', head_branch: null, pull_requests: [] } }],
		['issues', { action: 'opened', issue: { number: 1, title: '' } }],
		['issues', { action: 'labeled', issue: { number: 1, title: '' } }],
		['issues', { action: 'labeled', issue: { number: 'one' } }],
		['issue_comment', { action: 'edited', issue: { number: 1, title: '' }, comment: { body: '/factory run' } }],
		['push', {}],
		['ping', { zen: 'x' }],
		['__proto__', {}],
		['installation', { action: 'created', installation: { id: 1 } }],
	])('makes nothing of %s %j', (event, payload) => {
		expect(intentOf(event, { ...common, ...payload }, self).kind).toBe('nothing');
	});

	test('never throws, whatever the payload', () => {
		const events = [...new Set(Object.keys(intentReaders).map((name) => name.split('.')[0] ?? ''))];
		const names = Object.keys(intentReaders).map((name) => name.split('.')[1] ?? '');
		fc.assert(
			fc.property(
				fc.constantFrom(...events, 'installation', 'toString'),
				fc.constantFrom(...names),
				fc.object(),
				fc.jsonValue(),
				(event, action, fields, whole) => {
					expect(intentOf(event, { ...common, ...fields, action }, self).kind).toBeTypeOf('string');
					expect(intentOf(event, whole, self).kind).toBe('nothing');
				},
			),
		);
	});
});

describe('parseFactoryCommand', () => {
	test.each([
		['/factory run', { kind: 'command', name: 'run', argument: '' }],
		['/factory   Run\tplan-only  ', { kind: 'command', name: 'run', argument: 'plan-only' }],
		['/factory stop\r\nplease', { kind: 'command', name: 'stop', argument: '' }],
		['/factory', { kind: 'unknown', word: '' }],
		['/factory constructor', { kind: 'unknown', word: 'constructor' }],
		['/factoryrun', null],
		[' /factory run', null],
		['', null],
	])('reads %j', (body, expected) => {
		expect(parseFactoryCommand(body)).toEqual(expected);
	});
});

test('a branch name finds its issue and run again, and no other name does', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 999_999 }), fc.stringMatching(/^[a-z0-9]{10}$/), (issue, run) => {
			expect(parseBranchName(formatBranchName({ issue, run }))).toEqual({ issue, run });
		}),
	);
	for (const name of ['main', 'factory/issue-0-x', 'factory/issue-1-', 'factory/issue-1-a/b', 'xfactory/issue-1-a']) {
		expect(parseBranchName(name)).toBeNull();
	}
});
