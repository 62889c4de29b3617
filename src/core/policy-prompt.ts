import type { ChosenCommands } from './choose-commands.ts';
import type { Policy } from './policy.ts';

/** What the repository's policy lets a change be, for a prompt. */
export function policyPrompt(policy: Pick<Policy, 'limits' | 'paths' | 'network'>, commands: ChosenCommands): string {
	const { limits, paths, network } = policy;
	const globs = (list: readonly string[]) =>
		list.length === 0 ? '(none)' : list.map((glob) => `\`${glob}\``).join(', ');
	const checks = commands.checks.map(({ name, command }) => `  - ${name}: \`${command}\``);
	const hosts = network.run === 'registries' ? ['the package registries'] : network.run;
	return [
		checks.length === 0
			? '- No commands are configured that prove a change.'
			: '- Commands that must pass on a clean checkout:',
		...checks,
		`- Size: at most ${limits.changedLines} changed lines in ${limits.changedFiles} files.`,
		`- Never change: ${globs(paths.forbidden)}`,
		`- Changing these needs a human's approval, so avoid it: ${globs(paths.protected)}`,
		`- Network: ${hosts.length === 0 ? 'none' : `only ${hosts.join(', ')}`}.`,
	].join('\n');
}
