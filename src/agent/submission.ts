import { z } from 'zod';
import type { ToolSpec } from '../core/message.ts';
import type { AgentTask } from './agent-task.ts';
import { buildSchema } from './tools/build-schema.ts';
import { formatIssues } from './tools/format-issues.ts';

export type Judged<T> = { kind: 'accepted'; value: T } | { kind: 'rejected'; text: string };

/** The `submit` tool of a task. Providers want an object, so any other schema travels as its `value`. */
export function buildSubmit<T>(task: AgentTask<T>): ToolSpec {
	const schema = buildSchema(task.submit);
	const parameters = isObject(schema) ? schema : buildSchema(z.strictObject({ value: task.submit }));
	return {
		name: 'submit',
		description: 'Hands in the result and ends the work. Call it alone, once everything else is done.',
		parameters,
	};
}

/** Whether a submitted text is what the task asked for. Nothing of the schema is ever given up. */
export async function judgeSubmission<T>(task: AgentTask<T>, text: string): Promise<Judged<T>> {
	const parsed = parseSubmission(task, text);
	if (parsed.kind === 'rejected') return parsed;
	const broken = (await task.check?.(parsed.value)) ?? [];
	if (broken.length > 0) return reject(broken.map((rule) => `- ${rule}`).join('\n'));
	return parsed;
}

/** The submitted value by its shape alone, as for one that was accepted before. */
export function parseSubmission<T>(task: AgentTask<T>, text: string): Judged<T> {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text === '' ? '{}' : text);
	} catch (error) {
		return reject(`the arguments are not JSON (${error instanceof Error ? error.message : 'unreadable'})`);
	}
	const wrapped = !isObject(buildSchema(task.submit));
	const candidate = wrapped ? z.strictObject({ value: z.unknown() }).safeParse(parsed) : null;
	if (candidate?.success === false) return reject(formatIssues(candidate.error));
	const value = task.submit.safeParse(candidate === null ? parsed : candidate.data.value);
	if (!value.success) return reject(formatIssues(value.error));
	return { kind: 'accepted', value: value.data };
}

function isObject(schema: { type?: unknown }): boolean {
	return schema.type === 'object';
}

function reject(why: string): { kind: 'rejected'; text: string } {
	return {
		kind: 'rejected',
		text: `E_SUBMIT not accepted:\n${why}\nCall submit again with all of the value, corrected.`,
	};
}
