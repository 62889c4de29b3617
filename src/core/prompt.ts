import { Fault } from './fault.ts';

/** What a model is sent first: who it is, and what it is to do. */
export interface Prompt {
	system: string;
	prompt: string;
}

const placeholder = /\{\{([A-Za-z]+)\}\}/g;
const divider = /^---$/m;

/**
 * A template with every `{{name}}` replaced by its value. Inserted text is never scanned again, so a value that holds `{{name}}`
 * stays as it is: text of an issue can not pull other values into the prompt.
 * @throws Fault permanent when a placeholder has no value or a value has no placeholder: a prompt that lost its issue must not be sent.
 */
export function fillPrompt(template: string, values: Record<string, string>): string {
	checkNames(template, values);
	return insert(template, values);
}

/**
 * The two parts of a prompt file, filled: the first line that is only `---` ends the system prompt.
 * @throws Fault permanent as `fillPrompt` does, and when there is no such line.
 */
export function renderPrompt(source: string, values: Record<string, string>): Prompt {
	const at = divider.exec(source);
	if (at === null) throw new Fault('permanent', 'The prompt has no line `---` between the system prompt and the task.');
	checkNames(source, values);
	return {
		system: insert(source.slice(0, at.index), values).trim(),
		prompt: insert(source.slice(at.index + at[0].length), values).trim(),
	};
}

function checkNames(template: string, values: Record<string, string>): void {
	const names = new Set([...template.matchAll(placeholder)].map((match) => match[1] ?? ''));
	const missing = [...names].filter((name) => !Object.hasOwn(values, name));
	const unknown = Object.keys(values).filter((name) => !names.has(name));
	if (missing.length > 0) {
		throw new Fault('permanent', `The prompt has placeholders without a value: ${missing.join(', ')}.`);
	}
	if (unknown.length > 0) throw new Fault('permanent', `The prompt has no placeholder for: ${unknown.join(', ')}.`);
}

function insert(template: string, values: Record<string, string>): string {
	return template.replace(placeholder, (_, name: string) => values[name] ?? '');
}
