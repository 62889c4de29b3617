import type { RepositoryName } from '../core/subject.ts';
import type { Checks } from './forge/checks.ts';
import type { Contents } from './forge/contents.ts';
import type { Issues } from './forge/issues.ts';
import type { People } from './forge/people.ts';
import type { Publishing } from './forge/publishing.ts';
import type { Pulls } from './forge/pulls.ts';

/** One repository on GitHub, seen with the rights of one installation. */
export interface Forge extends Issues, Pulls, Checks, Contents, People, Publishing {
	readonly repository: RepositoryName;
}

/** Opens repositories. Tokens are minted per use, for one repository, by the adapter. */
export interface Forges {
	open(repository: RepositoryName, installation: number | null): Promise<Forge>;
}
