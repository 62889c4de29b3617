import { z } from 'zod';
import { defineTool } from './tool.ts';

export const noteTool = defineTool({
	name: 'note',
	description:
		'Keeps a working note for later: a hypothesis and what came of testing it, a decision and why, what not to try again. One or two sentences.',
	effect: 'reads',
	parameters: z.strictObject({ text: z.string().min(1).max(4000) }),
	async execute(args) {
		return { kind: 'ok', text: 'noted', note: args.text };
	},
});
