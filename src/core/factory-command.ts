/** What can be asked of the factory in a comment, with the words for people. */
export const commandTexts = {
	run: 'solve this issue: `/factory run [workflow]`',
	plan: 'plan it and stop before anything is written',
	approve: 'let what waits for a person pass',
	reject: 'refuse what waits for a person: `/factory reject why`',
	stop: 'end the run',
	retry: 'start again with the workflow of the last run',
	status: 'say where the run stands',
	explain: 'say what decided, and what is missing',
	evaluate: 'prove and score this pull request',
} as const;
export type CommandName = keyof typeof commandTexts;

export type FactoryCommand =
	| { kind: 'command'; name: CommandName; argument: string }
	/** Begins with `/factory`, but is none of ours. */
	| { kind: 'unknown'; word: string };

function isCommand(word: string): word is CommandName {
	return Object.hasOwn(commandTexts, word);
}

/**
 * The command in the first line of a comment: `/factory <command> [argument]`. Null when the comment is not for the factory; a
 * command that is quoted, indented or in a later line is talk about it and not one.
 */
export function parseFactoryCommand(body: string): FactoryCommand | null {
	const line = body.split(/\r?\n/, 1)[0] ?? '';
	const match = /^\/factory(?:[ \t]+(?<word>\S+)(?:[ \t]+(?<argument>.*?))?)?[ \t]*$/.exec(line);
	if (match === null) return null;
	const word = (match.groups?.word ?? '').toLowerCase();
	if (!isCommand(word)) return { kind: 'unknown', word: word.slice(0, 40) };
	return { kind: 'command', name: word, argument: (match.groups?.argument ?? '').slice(0, 500) };
}

/** A Markdown list of all commands. */
export function formatCommands(): string {
	return Object.entries(commandTexts)
		.map(([name, text]) => `- \`/factory ${name}\`: ${text}`)
		.join('\n');
}
