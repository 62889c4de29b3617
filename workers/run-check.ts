import type { ProofCommand } from '../src/core/choose-commands.ts';
import type { CommandRecord } from '../src/core/evidence.ts';
import { excerptOf } from '../src/core/excerpt.ts';
import type { Worktree } from '../src/ports/git.ts';
import type { JobContext } from './job-context.ts';
import { networkOf } from './network-of.ts';

/** Time that one command may take, ms. */
const commandLimitMs = 15 * 60_000;
const outputLimit = 1_048_576;

/**
 * Runs one command in the sandbox, in a checkout of `treeSha`, and makes the host's record of it. Only `setup` gets the network of
 * `network.setup`, everything else that of `network.run`. @throws Fault when the sandbox cannot start.
 */
export async function runCheck(
	context: JobContext,
	worktree: Worktree,
	check: ProofCommand,
	where: { on: 'base' | 'head'; treeSha: string },
	expects: 'pass' | 'fail',
): Promise<CommandRecord> {
	const { network } = context.frozen.policy;
	const result = await context.sandbox.run(
		{
			script: check.command,
			directory: worktree.directory,
			writable: [],
			environment: { CI: 'true' },
			network: networkOf(check.name === 'setup' ? network.setup : network.run),
			timeoutMs: commandLimitMs,
			outputLimit,
		},
		context.signal,
	);
	const passed = result.exitCode === 0 && !result.timedOut;
	return {
		kind: 'command',
		...check,
		...where,
		exitCode: result.exitCode,
		timedOut: result.timedOut,
		durationMs: Math.round(result.durationMs),
		outputDigest: await context.artifacts.put(context.run, result.output, 'text/plain; charset=utf-8'),
		excerpt: excerptOf(result.output, worktree.directory),
		verdict: passed === (expects === 'pass') ? 'as_expected' : 'not_as_expected',
	};
}
