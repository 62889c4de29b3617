import type { RestEndpointMethodTypes } from '@octokit/rest';
import { Fault } from '../../core/fault.ts';
import type { Pull, Pulls, Review } from '../../ports/forge/pulls.ts';
import { ghost } from './github-issues.ts';
import type { RepositoryClient } from './repository-client.ts';
import { messageOf, statusOf } from './wire-error.ts';

type WirePull = RestEndpointMethodTypes['pulls']['get']['response']['data'];
type WireSimplePull = RestEndpointMethodTypes['pulls']['list']['response']['data'][number];
type WireReview = RestEndpointMethodTypes['pulls']['listReviews']['response']['data'][number];

const markReady = `mutation ($id: ID!) {
	markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`;

export function githubPulls(client: RepositoryClient): Pulls {
	const { at, call, look } = client;

	const pullsOfBranch: Pulls['pullsOfBranch'] = (branch) =>
		call(`listing the pull requests of ${branch}`, async (octokit) => {
			const options = { ...at, state: 'all' as const, head: `${at.owner}:${branch}`, per_page: 100 };
			const pulls = (await octokit.paginate(octokit.rest.pulls.list, options)).map(asPull);
			// A fork may have a branch of the same name, and an owner other repositories of this network.
			return pulls.filter((pull) => pull.headRef === branch && !pull.fork).sort((a, b) => b.number - a.number);
		});

	return {
		pullsOfBranch,

		pull: (number) =>
			look(`reading pull request ${number}`, async (octokit) =>
				asPull((await octokit.rest.pulls.get({ ...at, pull_number: number })).data),
			),

		createPull: (pull) =>
			call(`opening a pull request for ${pull.head}`, async (octokit) => {
				try {
					return asPull((await octokit.rest.pulls.create({ ...at, ...pull })).data);
				} catch (error) {
					if (statusOf(error) !== 422 || !/already exists/i.test(messageOf(error))) throw error;
					const open = (await pullsOfBranch(pull.head)).find((one) => one.state === 'open');
					if (open === undefined) throw error;
					return open;
				}
			}),

		updatePull: (number, change) =>
			call(`changing pull request ${number}`, async (octokit) => {
				await octokit.rest.pulls.update({ ...at, pull_number: number, ...change });
			}),

		markReady: (pull) =>
			call(`marking pull request ${pull.number} as ready`, async (octokit) => {
				await octokit.graphql(markReady, { id: pull.nodeId });
			}),

		mergeBase: (baseSha, headSha) =>
			call(`comparing ${baseSha.slice(0, 12)} with ${headSha.slice(0, 12)}`, async (octokit) => {
				const basehead = `${baseSha}...${headSha}`;
				const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ ...at, basehead, per_page: 1 });
				return data.merge_base_commit.sha;
			}),

		reviews: (number) =>
			call(`reading the reviews of ${number}`, async (octokit) => {
				const all = await octokit.paginate(octokit.rest.pulls.listReviews, {
					...at,
					pull_number: number,
					per_page: 100,
				});
				return all.map(asReview);
			}),

		merge: (number, { sha, method, title, message }) =>
			call(`merging pull request ${number}`, async (octokit) => {
				try {
					const options = { ...at, pull_number: number, sha, merge_method: method };
					const { data } = await octokit.rest.pulls.merge({ ...options, commit_title: title, commit_message: message });
					return { kind: 'merged' as const, sha: data.sha };
				} catch (error) {
					const status = statusOf(error);
					const said = messageOf(error);
					// Another merge went in at the same moment: nothing is wrong with this one.
					if (status === 405 && /base branch was modified/i.test(said)) {
						throw new Fault('transient', `merging pull request ${number}: the base branch moved meanwhile`);
					}
					if (status === 409) return { kind: 'head_moved' as const, message: said };
					if (status === 405 || status === 422) return { kind: 'not_mergeable' as const, message: said };
					throw error;
				}
			}),
	};
}

function asPull(pull: WirePull | WireSimplePull): Pull {
	return {
		number: pull.number,
		title: pull.title,
		body: pull.body ?? '',
		state: pull.state === 'closed' ? 'closed' : 'open',
		merged: pull.merged_at !== null,
		// Before the merge it names a commit that GitHub made to try whether it can be merged.
		mergeSha: pull.merged_at === null ? null : pull.merge_commit_sha,
		draft: pull.draft ?? false,
		author: pull.user?.login ?? ghost,
		headSha: pull.head.sha,
		headRef: pull.head.ref,
		baseSha: pull.base.sha,
		baseRef: pull.base.ref,
		// The head's repository is null when the fork was deleted.
		fork: (pull.head.repo as { id: number } | null)?.id !== pull.base.repo.id,
		url: pull.html_url,
		nodeId: pull.node_id,
		labels: pull.labels.map((label) => label.name),
	};
}

const reviewStates: Record<string, Review['state']> = {
	APPROVED: 'approved',
	CHANGES_REQUESTED: 'changes_requested',
	COMMENTED: 'commented',
	DISMISSED: 'dismissed',
	PENDING: 'pending',
};

function asReview(review: WireReview): Review {
	return {
		author: review.user?.login ?? ghost,
		authorIsBot: review.user?.type !== 'User',
		// An unknown state must not count as an approval.
		state: reviewStates[review.state.toUpperCase()] ?? 'commented',
		commitSha: review.commit_id ?? '',
		submittedAt: review.submitted_at ?? '',
	};
}
