import { z } from 'zod';
import type { CommandResult } from '../../ports/sandbox.ts';
import { boundOutput, isShort } from './bound-output.ts';
import { defineTool } from './tool.ts';

const defaultSeconds = 120;
const maxSeconds = 900;

export const bashTool = defineTool({
	name: 'bash',
	description:
		'Runs a shell command in the repository root, in a sandbox without network: tests, builds, looking at things. Nothing survives but files. Shows the exit code and the output (long output: its start, its end and lines that look like errors).',
	effect: 'runs',
	parameters: z.strictObject({
		command: z.string().min(1).max(20_000),
		timeout_seconds: z.number().int().min(1).max(maxSeconds).optional().describe(`Default ${defaultSeconds}`),
	}),
	async execute(args, context) {
		if (args.command.includes('\0')) return { kind: 'error', text: 'E_ARGUMENTS the command holds a NUL character.' };
		const timeoutMs = Math.min((args.timeout_seconds ?? defaultSeconds) * 1000, context.remainingMs());
		const result = await context.workspace.run(args.command, timeoutMs, context.signal);
		const text = new TextDecoder().decode(result.output);
		const whole = isShort(text)
			? ''
			: `\n[all ${result.outputBytes} bytes are kept as ${await context.workspace.keep(result.output)}; write to a file and read that to see more]`;
		return { kind: 'ok', text: `[${describeEnd(result, timeoutMs)}]\n${boundOutput(text)}${whole}` };
	},
});

function describeEnd(result: CommandResult, timeoutMs: number): string {
	if (result.timedOut) return `killed after ${Math.round(timeoutMs / 1000)} s, its time limit`;
	if (result.exitCode === null) return `killed by ${result.signal ?? 'a signal'}`;
	return `exit code ${result.exitCode}`;
}
