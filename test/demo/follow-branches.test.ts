import { expect, test } from 'vitest';
import { followBranches } from '../../src/demo/follow-branches.ts';

const pull = (state: string, ref: string) => ({
	number: 7,
	state,
	head: { ref, sha: 'as opened', repo: { full_name: 'acme/ms' } },
});
const shaOf = async (repository: string, branch: string) => (branch === 'gone' ? null : `${repository}@${branch}`);

test('the head of an open pull request is what its branch points to, in lists as well', async () => {
	const moved = { ...pull('open', 'fix'), head: { ...pull('open', 'fix').head, sha: 'acme/ms@fix' } };
	expect(await followBranches(pull('open', 'fix'), shaOf)).toEqual(moved);
	expect(await followBranches([pull('open', 'fix'), pull('closed', 'fix')], shaOf)).toEqual([
		moved,
		pull('closed', 'fix'),
	]);
});

test('what is closed, without a branch or no pull request stays as it is', async () => {
	for (const answer of [pull('closed', 'fix'), pull('open', 'gone'), { message: 'Not Found' }, null]) {
		expect(await followBranches(answer, shaOf)).toEqual(answer);
	}
});
