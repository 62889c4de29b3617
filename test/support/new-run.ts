import type { Frozen } from '../../src/core/frozen.ts';
import { formatActiveKey, type RepositoryName, type Subject } from '../../src/core/subject.ts';
import type { NewRun } from '../../src/ports/run-store.ts';

/** A run as dispatch hands it to the store, for issue 1 of acme/widgets unless told otherwise. */
export function newRun(given: {
	id: string;
	repository?: RepositoryName;
	subject?: Subject;
	requester?: string;
	createdAt?: number;
}): NewRun {
	const repository = given.repository ?? { owner: 'acme', name: 'widgets' };
	const subject = given.subject ?? { kind: 'issue', number: 1 };
	const requester = given.requester ?? 'ada';
	return {
		id: given.id,
		repository,
		subject,
		workflow: 'issue-to-pr',
		requester,
		activeKey: formatActiveKey(repository, subject),
		createdAt: given.createdAt ?? 1_000,
		created: { type: 'run.created', frozen: frozenFor(repository, subject, requester), factoryVersion: '0.1.0' },
	};
}

function frozenFor(repository: RepositoryName, subject: Subject, requester: string): Frozen {
	return {
		repository,
		installation: 1,
		defaultBranch: 'main',
		baseRef: 'main',
		baseSha: '1'.repeat(40),
		subject: {
			...subject,
			title: 'Widgets wobble',
			body: 'They wobble when it is windy.',
			author: 'bob',
			url: `https://github.example/${repository.owner}/${repository.name}/issues/${subject.number}`,
			labels: ['factory'],
			comments: [],
			digest: 'sha256:0',
		},
		head: null,
		requester: { login: requester, id: 583231, permission: 'write' },
		trigger: { kind: 'label', name: 'factory', delivery: 'delivery-1' },
		policy: {
			version: 1,
			dispatch: {
				labels: { factory: 'issue-to-pr' },
				permission: 'write',
				apps: [],
				perUserPerDay: 10,
				perRepositoryPerDay: 50,
			},
			mix: { triage: 'a/b', explore: 'a/b', plan: 'a/b', implement: 'a/b', review: 'a/b', evaluate: 'a/c' },
			commands: { test: 'npm test' },
			limits: {
				usdPerRun: 5,
				usdPerDay: 50,
				unpricedModels: 'refuse',
				minutesPerRun: 60,
				turnsPerJob: 200,
				repairRounds: 2,
				changedLines: 500,
				changedFiles: 50,
			},
			approvals: { plan: 'never' },
			paths: { protected: [], forbidden: [] },
			network: { setup: 'registries', run: [] },
			pullRequest: { draft: false },
			gate: { threshold: 49, minimums: {}, checks: 'all', humanApprovals: 0, merge: 'off', method: 'squash' },
		},
		policyDigest: 'sha256:1',
		workflow: { name: 'issue-to-pr', source: 'jobs: {}', digest: 'sha256:2' },
		instructions: [],
		mission: [],
	};
}
