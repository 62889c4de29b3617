import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { closedIssues } from './closing-keywords.ts';
import { followBranches } from './follow-branches.ts';
import { pruneTree, TreeRequest } from './prune-tree.ts';

export interface GitHubFront {
	/** `http://127.0.0.1:PORT`: the API and the links of the emulated GitHub. */
	url: string;
	/** Where the emulator is to send the App's deliveries. */
	relayUrl: string;
	/** Where the emulator listens, and what it calls itself in its answers. */
	connect(emulatorUrl: string, ownName: string): void;
	/** Where deliveries go from now on; null drops them. */
	deliverTo(webhookUrl: string | null): void;
	/** Resolves once every delivery made so far was answered. */
	settled(): Promise<void>;
	close(): Promise<void>;
}

interface App {
	id: number;
	slug: string;
	name: string;
}

interface Answer {
	status: number;
	headers: Record<string, string>;
	body: Buffer;
	isJson: boolean;
}

const CheckRun = z.looseObject({ id: z.number(), app: z.unknown() });
const Message = z.looseObject({ message: z.string() });

/**
 * Stands before the emulator and closes the gaps between it and GitHub that the factory would notice: every delivery has an id
 * of its own (the emulator uses the millisecond), check runs name their App, commit statuses exist, pull requests can be
 * marked ready through GraphQL, the head of an open pull request follows its branch (the emulator merges only the one that it was
 * opened with), a merge closes the issues that it says it closes, no empty directory stays in a tree, a pull request can be read as an issue, and a merge with an old `sha` is answered 409.
 */
export async function startGitHubFront(app: App): Promise<GitHubFront> {
	let emulator = '';
	let emulatorName = '';
	let receiver: string | null = null;
	const deliveries = new Set<Promise<unknown>>();
	const ownCheckRuns = new Set<number>();
	const pullPaths = new Map<string, string>();
	const statuses = new Map<string, object[]>();

	async function forward(
		request: Pick<IncomingMessage, 'method' | 'headers'>,
		path: string,
		body: Buffer,
	): Promise<Answer> {
		const headers = new Headers();
		for (const name of ['authorization', 'accept', 'content-type', 'user-agent']) {
			const value = request.headers[name];
			if (typeof value === 'string') headers.set(name, value);
		}
		const method = request.method ?? 'GET';
		const response = await fetch(`${emulator}${path}`, {
			method,
			headers,
			redirect: 'manual',
			...(method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(body) }),
		});
		const answered = Buffer.from(await response.arrayBuffer());
		const link = response.headers.get('link')?.replaceAll(emulatorName, front.url) ?? null;
		const type = response.headers.get('content-type');
		const isJson = type?.includes('json') === true && answered.length > 0;
		return {
			status: response.status,
			headers: { ...(link === null ? {} : { link }), ...(type === null ? {} : { 'content-type': type }) },
			body: isJson ? Buffer.from(answered.toString().replaceAll(emulatorName, front.url)) : answered,
			isJson,
		};
	}

	async function relay(request: IncomingMessage, body: Buffer): Promise<void> {
		if (receiver === null) return;
		const headers = new Headers({ 'content-type': 'application/json', 'x-github-delivery': randomUUID() });
		for (const name of ['x-github-event', 'x-hub-signature-256']) {
			const value = request.headers[name];
			if (typeof value === 'string') headers.set(name, value);
		}
		await fetch(receiver, { method: 'POST', headers, body: new Uint8Array(body) });
	}

	function withApp(run: unknown): unknown {
		const known = CheckRun.safeParse(run).data;
		return known !== undefined && ownCheckRuns.has(known.id) ? { ...known, app } : run;
	}

	function remember(request: IncomingMessage, path: string, value: unknown): unknown {
		if (/\/check-runs(?:\/\d+)?$/.test(path)) {
			const created = CheckRun.safeParse(value).data;
			const installation = /^(?:token|bearer) ghs_/i.test(request.headers.authorization ?? '');
			if (created !== undefined && request.method === 'POST' && installation) ownCheckRuns.add(created.id);
			const list = z.looseObject({ check_runs: z.array(z.unknown()) }).safeParse(value).data;
			return list === undefined ? withApp(value) : { ...list, check_runs: list.check_runs.map(withApp) };
		}
		const pulls = z.looseObject({ node_id: z.string(), number: z.number() });
		const repository = /^(\/repos\/[^/]+\/[^/]+)\/pulls(?:\/\d+)?$/.exec(path)?.[1];
		if (repository !== undefined) {
			for (const pull of Array.isArray(value) ? value : [value]) {
				const known = pulls.safeParse(pull).data;
				if (known !== undefined) pullPaths.set(known.node_id, `${repository}/pulls/${known.number}`);
			}
		}
		return value;
	}

	async function graphql(request: IncomingMessage, body: Buffer): Promise<unknown> {
		const query = z
			.object({ query: z.string(), variables: z.object({ id: z.string() }) })
			.parse(JSON.parse(body.toString()));
		const path = pullPaths.get(query.variables.id);
		if (path === undefined || !query.query.includes('markPullRequestReadyForReview')) {
			return {
				errors: [{ type: 'NOT_FOUND', message: `Could not resolve to a node with the id ${query.variables.id}` }],
			};
		}
		const patch = Buffer.from(JSON.stringify({ draft: false }));
		const { status } = await forward({ method: 'PATCH', headers: request.headers }, path, patch);
		if (status !== 200) return { errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }] };
		return { data: { markPullRequestReadyForReview: { pullRequest: { isDraft: false } } } };
	}

	async function withoutEmptyDirectories(request: IncomingMessage, path: string, body: Buffer): Promise<Buffer> {
		if (request.method !== 'POST' || !path.endsWith('/git/trees')) return body;
		const wanted = TreeRequest.safeParse(JSON.parse(body.toString())).data;
		if (wanted?.tree.some((entry) => entry.sha === null) !== true) return body;
		const listing = { method: 'GET', headers: request.headers };
		const base = await forward(listing, `${path}/${wanted.base_tree}?recursive=1`, Buffer.alloc(0));
		const entries = z
			.object({ tree: z.array(z.object({ path: z.string(), type: z.string() })) })
			.safeParse(parse(base.body));
		const blobs = entries.data?.tree.filter((entry) => entry.type === 'blob') ?? [];
		return Buffer.from(
			JSON.stringify(
				pruneTree(
					wanted,
					blobs.map((entry) => entry.path),
				),
			),
		);
	}

	/** Whether a new pull request's base exists: the emulator would make it. */
	async function hasBase(request: IncomingMessage, path: string, body: Buffer): Promise<boolean> {
		const { base } = z.looseObject({ base: z.string() }).parse(JSON.parse(body.toString()));
		const read = { method: 'GET', headers: request.headers };
		const found = await forward(read, `${path.replace(/pulls$/, 'git/ref/heads/')}${base}`, Buffer.alloc(0));
		return found.status === 200;
	}

	async function readBranch(request: IncomingMessage, repository: string, branch: string): Promise<string | null> {
		const read = { method: 'GET', headers: request.headers };
		const { status, body } = await forward(read, `/repos/${repository}/git/ref/heads/${branch}`, Buffer.alloc(0));
		if (status !== 200) return null;
		return z.looseObject({ object: z.object({ sha: z.string() }) }).parse(parse(body)).object.sha;
	}

	async function closeIssues(request: IncomingMessage, repository: string, pull: string): Promise<void> {
		const read = { method: 'GET', headers: request.headers };
		const { body } = await forward(read, `${repository}/pulls/${pull}`, Buffer.alloc(0));
		const text = z.looseObject({ body: z.string().nullable() }).parse(parse(body)).body ?? '';
		const patch = Buffer.from(JSON.stringify({ state: 'closed', state_reason: 'completed' }));
		const headers = { ...request.headers, 'content-type': 'application/json' };
		for (const number of closedIssues(text)) {
			await forward({ method: 'PATCH', headers }, `${repository}/issues/${number}`, patch);
		}
	}

	async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await read(request);
		const url = request.url ?? '/';
		const path = url.replace(/\?.*$/s, '');
		if (path === '/_relay') {
			const delivery = relay(request, body).catch(() => undefined);
			deliveries.add(delivery);
			delivery.finally(() => deliveries.delete(delivery));
			answer(response, 202, {});
			return;
		}
		if (path === '/graphql') {
			answer(response, 200, await graphql(request, body));
			return;
		}
		const status = /^\/repos\/[^/]+\/[^/]+\/(?:commits\/([0-9a-f]{40})\/statuses|statuses\/([0-9a-f]{40}))$/.exec(path);
		if (status !== null) {
			const sha = status[1] ?? status[2] ?? '';
			const known = statuses.get(sha) ?? [];
			if (request.method !== 'POST') {
				answer(response, 200, known);
				return;
			}
			const made = {
				id: known.length + 1,
				...z.looseObject({ context: z.string() }).parse(JSON.parse(body.toString())),
			};
			statuses.set(sha, [made, ...known]);
			answer(response, 201, made);
			return;
		}
		if (
			request.method === 'POST' &&
			/^\/repos\/[^/]+\/[^/]+\/pulls$/.test(path) &&
			!(await hasBase(request, path, body))
		) {
			const errors = [{ resource: 'PullRequest', field: 'base', code: 'invalid' }];
			answer(response, 422, { message: 'Validation Failed', errors });
			return;
		}
		let result = await forward(request, url, await withoutEmptyDirectories(request, path, body));
		const issue = /^(\/repos\/[^/]+\/[^/]+)\/issues\/(\d+)$/.exec(path);
		if (issue !== null && result.status === 404 && request.method === 'GET') {
			const pull = await forward(request, `${issue[1]}/pulls/${issue[2]}`, body);
			if (pull.status === 200) {
				const asIssue = { ...parse(pull.body), repository_url: `${front.url}${issue[1]}`, pull_request: {} };
				result = { ...pull, body: Buffer.from(JSON.stringify(asIssue)) };
			}
		}
		const merged = /^(\/repos\/[^/]+\/[^/]+)\/pulls\/(\d+)\/merge$/.exec(path);
		if (merged !== null && request.method === 'PUT' && result.status === 200) {
			await closeIssues(request, merged[1] ?? '', merged[2] ?? '');
		}
		if (!result.isJson) {
			response.writeHead(result.status, result.headers).end(result.body);
			return;
		}
		let value: unknown = JSON.parse(result.body.toString());
		if (request.method === 'GET' && /\/pulls(?:\/\d+)?$/.test(path)) {
			value = await followBranches(value, (repository, branch) => readBranch(request, repository, branch));
		}
		if (Message.safeParse(value).data?.message === 'Head sha is out of date') result.status = 409;
		answer(response, result.status, remember(request, path, value), result.headers);
	}

	const server = createServer((request, response) => {
		serve(request, response).catch((error: unknown) => answer(response, 502, { message: String(error) }));
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	const front: GitHubFront = {
		url: `http://127.0.0.1:${port}`,
		relayUrl: `http://127.0.0.1:${port}/_relay`,
		connect: (url, ownName) => {
			emulator = url;
			emulatorName = ownName;
		},
		deliverTo: (url) => {
			receiver = url;
		},
		settled: async () => {
			while (deliveries.size > 0) await Promise.all(deliveries);
		},
		close: () =>
			new Promise((resolve, reject) => {
				server.close((error) => (error === undefined ? resolve() : reject(error)));
				server.closeAllConnections();
			}),
	};
	return front;
}

async function read(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

function parse(body: Buffer): Record<string, unknown> {
	return z.record(z.string(), z.unknown()).parse(JSON.parse(body.toString()));
}

function answer(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
	response.writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8' });
	response.end(JSON.stringify(value));
}
