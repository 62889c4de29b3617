/** The branch of one run: `factory/issue-12-k3x9t2m4pq`. Parses and prints itself, so that a branch finds its run again. */
export interface BranchName {
	issue: number;
	run: string;
}

const pattern = /^factory\/issue-(?<issue>[1-9]\d{0,9})-(?<run>[a-z0-9]{1,32})$/;

export function formatBranchName(name: BranchName): string {
	return `factory/issue-${name.issue}-${name.run}`;
}

/** Null for every branch that the factory did not name. Anybody can name a branch so: check the run behind it. */
export function parseBranchName(branch: string): BranchName | null {
	const groups = pattern.exec(branch)?.groups;
	if (groups?.issue === undefined || groups.run === undefined) return null;
	return { issue: Number(groups.issue), run: groups.run };
}
