/** Hidden text that finds a comment or pull request of this run again. */
export function formatMarker(run: string, step: string): string {
	return `<!-- dark-factory:run=${run} step=${step} -->`;
}
