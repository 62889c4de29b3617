/** A repository on the forge; `owner` and `name` as GitHub spells them. */
export interface RepositoryName {
	owner: string;
	name: string;
}

/** What a run is about: an issue to solve or a pull request to evaluate. */
export interface Subject {
	kind: 'issue' | 'pull_request';
	number: number;
}

export function formatRepository(repository: RepositoryName): string {
	return `${repository.owner}/${repository.name}`;
}

/** The key under which at most one run may be active: `owner/name#12`, lower case as GitHub compares names. */
export function formatActiveKey(repository: RepositoryName, subject: Subject): string {
	return `${formatRepository(repository)}#${subject.number}`.toLowerCase();
}

/** Owner of repositories on this machine (`run --repo`); GitHub allows no dot in a login, so it is nobody's. */
export const localOwner = '.local';

export function isLocal(repository: RepositoryName): boolean {
	return repository.owner === localOwner;
}
