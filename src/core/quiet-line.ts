/**
 * Text from outside as one line for places that are not Markdown: commit messages, pull request titles, check run titles. GitHub
 * acts on these too, so mentions, issue references and links are broken by a visible character, and nothing invisible is left.
 */
export function quietLine(text: string, limit: number): string {
	const line = text
		.replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zl}\p{Zp}\p{Cc}]/gu, ' ')
		.replace(/@(?=[\w-])/g, '@ ')
		.replace(/#(?=\d)/g, 'no. ')
		.replace(/\bGH-(?=\d)/gi, 'GH ')
		.replace(/:\/\//g, ':// ')
		.replace(/\[(skip|no) (ci|actions)\]|\[(ci|actions) skip\]|\*\*\*NO_CI\*\*\*/gi, '($1$3)')
		.replace(/^skip-checks:/gim, 'skip checks ')
		.replace(/\s+/g, ' ')
		.trim();
	const characters = [...line];
	return characters.length <= limit
		? line
		: `${characters
				.slice(0, limit - 1)
				.join('')
				.trimEnd()}…`;
}
