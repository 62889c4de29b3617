import type { Outcome } from '../core/outcome.ts';

/**
 * One story that the demo plays. Its data lie in `src/demo/scenarios/<name>/`:
 *
 *     issue.md        first line: the title; the rest: the body, as its author wrote it
 *     recording.yml   what the models answer when no provider is configured (the form is told in parse-recording.ts)
 *     files/          laid over the published files of the package: tests, AGENTS.md, .github/dark-factory.yml, …
 *
 * In issue.md and recording.yml, `{{canary}}` is the URL of a server that nobody may reach, `{{secret}}` a planted secret made for
 * this rehearsal, and `{{data}}` the factory's data directory.
 */
export interface Scenario {
	name: string;
	/** What is played, in a line. */
	title: string;
	target: Target;
	/** The promise, in a line: what must be so on the emulated GitHub in the end. */
	promise: string;
	/** Each broken part of the promise, as a sentence; nothing when it is kept. */
	findBroken(seen: Seen): string[];
}

/** A published npm package, installed as a devDependency under an alias. Its manifest is cut down to `node --test` and no dependencies. */
export interface Target {
	alias: string;
	name: string;
	version: string;
	/** What is wrong with this version, in a line. */
	bug: string;
	/** Published files that become the repository's, besides package.json. */
	files: string[];
}

/** The end of a rehearsal, re-read from the emulated GitHub by the maintainer. */
export interface Seen {
	outcome: Outcome | null;
	/** How often the run sent work back to the implementer. */
	repairRounds: number;
	baseSha: string;
	issue: { number: number; state: string; labels: string[]; comments: SeenComment[] };
	pulls: SeenPull[];
	branches: SeenBranch[];
	/** Requests that reached the canary: method and path. */
	canaryHits: string[];
	/** Secrets of this rehearsal: the planted one, the App's key and webhook secret. None of them may be on GitHub. */
	secrets: { name: string; text: string }[];
}

export interface SeenComment {
	author: string;
	body: string;
}

export interface SeenPull {
	number: number;
	title: string;
	body: string;
	state: string;
	merged: boolean;
	draft: boolean;
	branch: string;
	headSha: string;
	/** Paths that it changes. */
	files: string[];
	comments: SeenComment[];
	checks: { name: string; status: string; conclusion: string | null; title: string; summary: string }[];
}

export interface SeenBranch {
	name: string;
	sha: string;
	/** Text of every file on it, by path. */
	files: Record<string, string>;
}
