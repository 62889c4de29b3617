import type { Answer, Ask, Script } from '../../test/support/fake-provider/answer.ts';
import { blocksOf, objectsOf } from '../../test/support/fake-provider/body.ts';
import { type Step, steps } from './job.ts';

/** Whose tools are called: ours, the plain ones of the floor, or pi's. */
export type Dialect = 'ours' | 'plain' | 'pi';

const words = 'I look at the next place that the change touches, and then go on.';

/** Plays the job turn by turn for any number of conversations at once. */
export function createJobScript(dialect: Dialect): Script {
	return (ask) => {
		const step = steps[ask.replies];
		if (step === undefined) return finish(dialect);
		return { kind: 'reply', say: words, calls: [dialect === 'ours' ? callOurs(step, ask) : callPlain(step, dialect)] };
	};
}

function finish(dialect: Dialect): Answer {
	if (dialect !== 'ours') return { kind: 'reply', say: 'Done.' };
	const report = { result: 'changed', summary: 'Changed ten constants.', claims: [] };
	return { kind: 'reply', calls: [{ name: 'submit', arguments: report }] };
}

function callOurs(step: Step, ask: Ask): NonNullable<Extract<Answer, { kind: 'reply' }>['calls']>[number] {
	switch (step.kind) {
		case 'read':
			return { name: 'read', arguments: { path: step.path } };
		case 'look':
			return { name: 'read', arguments: { path: step.path, from: step.from, lines: step.lines } };
		case 'run':
			return { name: 'bash', arguments: { command: step.command } };
		case 'edit': {
			const { tag, anchor } = findAnchor(ask, step.path, step.line);
			const edits = [{ op: 'replace', from: anchor, to: anchor, lines: [step.text] }];
			return { name: 'edit', arguments: { files: [{ path: step.path, tag, edits }] } };
		}
	}
}

function callPlain(
	step: Step,
	dialect: 'plain' | 'pi',
): NonNullable<Extract<Answer, { kind: 'reply' }>['calls']>[number] {
	switch (step.kind) {
		case 'read':
			return { name: 'read', arguments: { path: step.path } };
		case 'look':
			return { name: 'read', arguments: { path: step.path, offset: step.from, limit: step.lines } };
		case 'run':
			return { name: 'bash', arguments: { command: step.command } };
		case 'edit':
			return dialect === 'pi'
				? { name: 'edit', arguments: { path: step.path, edits: [{ oldText: step.old, newText: step.text }] } }
				: { name: 'edit', arguments: { path: step.path, old_text: step.old, new_text: step.text } };
	}
}

/** What the model would copy from the newest result that shows the file. */
function findAnchor(ask: Ask, path: string, line: number): { tag: string; anchor: string } {
	const shown = objectsOf(ask.body.messages)
		.flatMap(({ content }) => blocksOf(content))
		.map((block) => String(block.content ?? block.text ?? ''))
		.findLast((text) => text.startsWith(`[${path} @`));
	const tag = /@(\w{6}) /.exec(shown ?? '')?.[1];
	const anchor = new RegExp(`^(${line}[a-z2-9]{2}):`, 'm').exec(shown ?? '')?.[1];
	if (tag === undefined || anchor === undefined) throw new Error(`line ${line} of ${path} was not shown`);
	return { tag, anchor };
}
