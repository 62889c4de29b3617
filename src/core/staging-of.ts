/**
 * The directory beside a worktree in which its files are made before they are put in their place: on the same disk, and where no
 * command of an agent can reach. It belongs to the worktree and goes with it.
 */
export function stagingOf(worktree: string): string {
	return `${worktree}.writing`;
}
