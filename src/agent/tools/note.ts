import { z } from 'zod';
import { formatNote, noteKinds } from '../../core/note-kind.ts';
import { defineTool } from './tool.ts';

export const noteTool = defineTool({
	name: 'note',
	description:
		'Keeps a working note for later attempts: a hypothesis, later the same one as refuted or confirmed with what showed it, a decision and why, an open question. One or two sentences.',
	effect: 'reads',
	parameters: z.strictObject({
		text: z.string().min(1).max(4000),
		kind: z.enum(noteKinds).optional().describe('Default finding'),
	}),
	async execute(args) {
		return { kind: 'ok', text: 'noted', note: formatNote(args.kind ?? 'finding', args.text) };
	},
});
