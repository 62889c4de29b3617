import { Fault, type FaultKind } from '../../core/fault.ts';

const causes: readonly { pattern: RegExp; kind: FaultKind; hint: string }[] = [
	{
		pattern: /no space left on device|out of diskspace|disk quota exceeded/i,
		kind: 'permanent',
		hint: 'the disk is full: free space in DATA_DIR',
	},
	{
		// What fast-import says when its pack could not be written to the end.
		pattern: /disk corruption\?|write error/i,
		kind: 'permanent',
		hint: 'the disk is full or damaged: free space in DATA_DIR',
	},
	{
		pattern: /not our ref|couldn't find remote ref|no such remote ref/i,
		kind: 'permanent',
		hint: 'the remote does not have this commit',
	},
	{
		pattern: /authentication failed|could not read username|terminal prompts disabled|error: 40[13]/i,
		kind: 'permanent',
		hint: 'the remote refused the credentials: check that the App is installed on the repository with contents: read',
	},
	{ pattern: /repository .* not found|error: 404/i, kind: 'permanent', hint: 'the remote has no such repository' },
	{
		pattern: /protocol '.*' is not supported|transport '.*' not allowed/i,
		kind: 'permanent',
		hint: 'the protocol of the remote is refused',
	},
	{
		pattern: /unable to update url base from redirection|error: 30[12378]/i,
		kind: 'permanent',
		hint: 'the remote redirects, which is not followed: was the repository renamed?',
	},
	{ pattern: /\.lock': File exists/i, kind: 'transient', hint: 'another process holds the lock' },
	{
		pattern:
			/unable to access|couldn't connect|could not resolve host|connection (refused|reset|timed out)|early EOF|hung up|error: (429|5\d\d)|operation too slow|gnutls|ssl/i,
		kind: 'transient',
		hint: 'the remote could not be reached',
	},
];

/** What a failed call of git means for the worker rim. The arguments are not named: they may be long; git's own words are. */
export function describeGitFailure(subcommand: string, exitCode: number | null, stderr: string): Fault {
	const words = stderr.trim().split('\n').slice(-3).join(' / ').slice(0, 600);
	const known = causes.find((cause) => cause.pattern.test(stderr));
	const how = exitCode === null ? 'was killed' : `ended with ${exitCode}`;
	if (known !== undefined) return new Fault(known.kind, `git ${subcommand}: ${known.hint} (${words})`);
	return new Fault('permanent', `git ${subcommand} ${how}: ${words}`);
}

/** Why git could not even be started. */
export function describeGitStart(error: NodeJS.ErrnoException): Fault {
	if (error.code === 'ENOENT') {
		return new Fault('permanent', 'git was not found on PATH: install git 2.34 or newer', { cause: error });
	}
	return new Fault('transient', `git could not be started: ${error.code ?? 'unknown reason'}`, { cause: error });
}
