/** A command that an agent ran, as the result of its `bash` call tells it: `[exit code 1]`, then the output as far as it was shown. */
export interface CommandRun {
	command: string;
	/** Null when it was killed. */
	exitCode: number | null;
	output: string;
}

/** @param args The call's arguments as JSON; a command that cannot be read is empty. */
export function readRun(args: string, result: string): CommandRun {
	const end = result.indexOf('\n');
	const code = /exit code (\d+)/.exec(end === -1 ? result : result.slice(0, end))?.[1];
	return {
		command: readCommand(args),
		exitCode: code === undefined ? null : Number(code),
		output: end === -1 ? '' : result.slice(end + 1),
	};
}

function readCommand(args: string): string {
	try {
		const parsed: unknown = JSON.parse(args);
		if (parsed === null || typeof parsed !== 'object' || !('command' in parsed)) return '';
		return typeof parsed.command === 'string' ? parsed.command : '';
	} catch {
		return '';
	}
}
