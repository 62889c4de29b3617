import { contractFiles, forgeContract } from '../contracts/forge.ts';
import { FakeForge } from './fake-forge.ts';

forgeContract('the in-memory forge of the tests', async () => {
	const forge = new FakeForge({ owner: 'acme', name: 'widgets' }, contractFiles);
	const baseSha = forge.branches.get('main') ?? '';
	forge.permissions.set('acme', 'admin');
	let number = 100;
	return {
		forge,
		baseSha,
		baseTreeSha: forge.commits.get(baseSha)?.treeSha ?? '',
		admin: 'acme',
		openIssue: async (title, body) => forge.addIssue({ number: ++number, title, body }).number,
		closeIssue: async (closed) => {
			const issue = forge.issues.get(closed);
			if (issue !== undefined) issue.state = 'closed';
		},
		commentAs: async (person, on, body) => {
			forge.addComment(on, person, body);
		},
		foreignCheck: async (sha, name, conclusion) => {
			const check = {
				name,
				app: 'other',
				own: false,
				status: 'completed' as const,
				conclusion,
				summary: '',
				url: null,
			};
			forge.foreignChecks.set(sha, [...(forge.foreignChecks.get(sha) ?? []), check]);
		},
	};
});
