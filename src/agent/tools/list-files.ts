import type { ToolContext } from './tool.ts';

/** Lists the worktree with git's own reading of its ignore files, in an empty repository that is thrown away. */
const script = [
	'd=$(mktemp -d) || exit 1',
	'git --git-dir="$d" init -q --template= && git --git-dir="$d" --work-tree=. ls-files -z --others --exclude-standard 2>/dev/null',
	's=$?',
	'rm -rf "$d"',
	'exit $s',
].join('\n');

/** All files that are not ignored, sorted by path; or why they could not be listed. Run in the sandbox. */
export async function listFiles(
	context: ToolContext,
): Promise<{ kind: 'files'; paths: string[]; whole: boolean } | { kind: 'failed'; reason: string }> {
	const result = await context.workspace.run(script, Math.min(30_000, context.remainingMs()), context.signal);
	const text = new TextDecoder().decode(result.output);
	if (result.exitCode !== 0)
		return { kind: 'failed', reason: `E_LIST files could not be listed: ${text.slice(0, 300)}` };
	const paths = text.split('\0').filter((path) => path !== '');
	return { kind: 'files', paths: paths.sort(), whole: result.outputBytes <= result.output.length };
}
