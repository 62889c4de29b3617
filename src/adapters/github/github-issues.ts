import type { RestEndpointMethodTypes } from '@octokit/rest';
import { labelDefinition } from '../../core/labels.ts';
import type { Comment, Issue, Issues } from '../../ports/forge/issues.ts';
import type { RepositoryClient } from './repository-client.ts';
import { statusOf } from './wire-error.ts';

type WireIssue = RestEndpointMethodTypes['issues']['get']['response']['data'];
type WireComment = RestEndpointMethodTypes['issues']['getComment']['response']['data'];

/** Deleted accounts show up under this login. */
export const ghost = 'ghost';

export function githubIssues(client: RepositoryClient): Issues {
	const { at, call, look } = client;
	const asComment = (comment: WireComment): Comment => ({
		id: comment.id,
		author: comment.user?.login ?? ghost,
		body: comment.body ?? '',
		createdAt: comment.created_at,
		updatedAt: comment.updated_at,
		url: comment.html_url,
		own: comment.user?.type === 'Bot' && comment.user.login === client.self.login,
	});

	return {
		issue: (number) =>
			look(`reading issue ${number}`, async (octokit) => {
				const { data } = await octokit.rest.issues.get({ ...at, issue_number: number });
				return isHere(data, client, number) ? asIssue(data) : null;
			}),

		comments: (number) =>
			call(`reading the comments of ${number}`, async (octokit) => {
				const all = await octokit.paginate(octokit.rest.issues.listComments, {
					...at,
					issue_number: number,
					per_page: 100,
				});
				return all.map(asComment);
			}),

		openIssues: (limit) =>
			call('listing open issues', async (octokit) => {
				const open: Issue[] = [];
				const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
					...at,
					state: 'open',
					per_page: 100,
				});
				for await (const page of pages) {
					open.push(...page.data.map(asIssue).filter((issue) => !issue.isPullRequest));
					if (open.length >= limit) break;
				}
				return open.slice(0, limit);
			}),

		findComment: (number, marker) =>
			look(`looking for a comment on ${number}`, async (octokit) => {
				const options = { ...at, issue_number: number, per_page: 100 };
				for await (const page of octokit.paginate.iterator(octokit.rest.issues.listComments, options)) {
					const found = page.data.map(asComment).find((comment) => comment.own && comment.body.startsWith(marker));
					if (found !== undefined) return found;
				}
				return null;
			}),

		createComment: (number, body) =>
			call(`commenting on ${number}`, async (octokit) =>
				asComment((await octokit.rest.issues.createComment({ ...at, issue_number: number, body })).data),
			),

		updateComment: (id, body) =>
			call(`editing comment ${id}`, async (octokit) => {
				await octokit.rest.issues.updateComment({ ...at, comment_id: id, body });
			}),

		changeLabels: (number, change) =>
			call(`changing the labels of ${number}`, async (octokit) => {
				for (const name of change.add) await ensureLabel(client, name);
				if (change.add.length > 0) {
					await octokit.rest.issues.addLabels({ ...at, issue_number: number, labels: change.add });
				}
				for (const name of change.remove) {
					try {
						await octokit.rest.issues.removeLabel({ ...at, issue_number: number, name });
					} catch (error) {
						if (statusOf(error) !== 404) throw error;
					}
				}
			}),
	};
}

async function ensureLabel({ at, call, look }: RepositoryClient, name: string): Promise<void> {
	const found = await look(`looking for label ${name}`, (octokit) => octokit.rest.issues.getLabel({ ...at, name }));
	if (found !== null) return;
	await call(`creating label ${name}`, async (octokit) => {
		try {
			await octokit.rest.issues.createLabel({ ...at, ...labelDefinition(name) });
		} catch (error) {
			// 422: somebody else made it in between.
			if (statusOf(error) !== 422) throw error;
		}
	});
}

/** A transferred issue is answered by a redirect, which leads into another repository, where nothing may be done. */
function isHere(issue: WireIssue, { repository }: RepositoryClient, number: number): boolean {
	return issue.number === number && issue.repository_url.toLowerCase().endsWith(`/${repository.name}`.toLowerCase());
}

function asIssue(issue: WireIssue): Issue {
	return {
		number: issue.number,
		title: issue.title,
		body: issue.body ?? '',
		author: issue.user?.login ?? ghost,
		state: issue.state === 'closed' ? 'closed' : 'open',
		labels: issue.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
		url: issue.html_url,
		isPullRequest: issue.pull_request !== undefined,
	};
}
