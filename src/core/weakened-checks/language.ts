export const languages = [
	'javascript',
	'python',
	'go',
	'rust',
	'jvm',
	'csharp',
	'ruby',
	'php',
	'swift',
	'shell',
	'text',
] as const;
export type Language = (typeof languages)[number];

const extensions: Record<string, Language> = {
	...of('javascript', 'js cjs mjs jsx ts cts mts tsx vue svelte'),
	...of('python', 'py pyi'),
	...of('go', 'go'),
	...of('rust', 'rs'),
	...of('jvm', 'java kt kts groovy scala'),
	...of('csharp', 'cs'),
	...of('ruby', 'rb rake'),
	...of('php', 'php'),
	...of('swift', 'swift'),
	...of('shell', 'sh bash zsh bats'),
};

/** What a path is written in, by its ending; `text` when that tells nothing. */
export function languageOf(path: string): Language {
	const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
	return Object.hasOwn(extensions, ending) ? (extensions[ending] ?? 'text') : 'text';
}

function of(language: Language, endings: string): Record<string, Language> {
	return Object.fromEntries(endings.split(' ').map((ending) => [ending, language]));
}
