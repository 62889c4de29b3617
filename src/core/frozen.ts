import type { Policy } from './policy.ts';
import type { RepositoryName, Subject } from './subject.ts';

export interface FrozenComment {
	author: string;
	body: string;
	createdAt: string;
}

/** A text file of the base commit that binds the run: agent instructions, mission, factory rules. */
export interface FrozenFile {
	path: string;
	text: string;
}

/**
 * Everything that a run decides by, fixed at dispatch and never read again: policy comes from the base commit, the
 * request from the moment it was made. Nothing written later can change what the run was asked to do.
 */
export interface Frozen {
	repository: RepositoryName;
	/** The App's installation; null for a local run without GitHub. */
	installation: number | null;
	defaultBranch: string;
	/** The branch to change, and its commit at dispatch. */
	baseRef: string;
	baseSha: string;
	subject: Subject & {
		title: string;
		body: string;
		author: string;
		url: string;
		labels: string[];
		/** Comments of people with write access at dispatch, oldest first. */
		comments: FrozenComment[];
		/** sha256 over title, body and comments. */
		digest: string;
	};
	/** Only for subjects that are pull requests: the head when asked. */
	head: { sha: string; ref: string; fork: boolean } | null;
	requester: { login: string; id: number | null; permission: string };
	trigger: { kind: 'label' | 'command' | 'push' | 'cli'; name: string; delivery: string | null };
	policy: Policy;
	policyDigest: string;
	workflow: { name: string; source: string; digest: string };
	/** AGENTS.md and the like, at the base commit. */
	instructions: FrozenFile[];
	/** MISSION.md and FACTORY_RULES.md, at the base commit. */
	mission: FrozenFile[];
}
