import picomatch from 'picomatch';

/**
 * Whether a path of the repository matches one of the globs. Letter case does not count and leading dots are no obstacle, so that
 * `.GitHub/Workflows` cannot slip past a rule for `.github/workflows`.
 */
export function matchesPath(path: string, globs: readonly string[]): boolean {
	return globs.some((glob) => picomatch.isMatch(path, glob, { dot: true, nocase: true }));
}
