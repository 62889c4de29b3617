import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, test } from 'vitest';
import { defuse } from '../../src/core/defuse.ts';
import { codeBlock, cut, inlineCode, plain, tableCell } from '../../src/core/markdown.ts';

function onlyParagraph(markdown: string) {
	const [paragraph] = fromMarkdown(markdown).children;
	if (paragraph?.type !== 'paragraph') throw new Error('not a paragraph');
	return paragraph.children;
}

describe('inlineCode', () => {
	test.each(['a', '`', '``a`', 'a `` b', '` `'])('gives back %j whatever backticks it holds', (text) => {
		expect(onlyParagraph(inlineCode(text))).toMatchObject([{ type: 'inlineCode', value: text.trim() }]);
	});

	test('is one line, and nothing for nothing', () => {
		expect(inlineCode('a\n\n b')).toBe('`a b`');
		expect(inlineCode(' \n')).toBe('');
	});
});

describe('codeBlock', () => {
	test('cannot be left by a fence inside', () => {
		const text = 'x\n```\n# heading\n`````\ny';
		expect(fromMarkdown(codeBlock(text, 'diff')).children).toMatchObject([{ type: 'code', lang: 'diff', value: text }]);
	});
});

describe('plain', () => {
	test('keeps formatting characters as themselves', () => {
		expect(onlyParagraph(plain('*a* _b_ [c](d) <e> `f` | g'))).toMatchObject([
			{ type: 'text', value: '*a* _b_ [c](d) <e> `f` | g' },
		]);
	});

	test('puts mentions, references and links into code', () => {
		expect(plain('ask @octocat or @org/team about #12, org/repo#3, GH-4 at https://evil.example/?x')).toBe(
			'ask `@octocat` or `@org/team` about `#12`, `org/repo#3`, `GH-4` at `https://evil.example/?x`',
		);
	});

	test('is one line in a table', () => {
		expect(tableCell('a | b\n| @c|d')).toBe('a \\| b \\| `@c`\\|d');
	});
});

describe('cut', () => {
	test('stays within the limit and within characters', () => {
		expect(cut('short', 10)).toBe('short');
		const text = cut('😀'.repeat(20), 20);
		expect(text.length).toBeLessThanOrEqual(20);
		expect(text.isWellFormed()).toBe(true);
		expect(text).toMatch(/… \(cut\)$/);
	});
});

describe('defuse', () => {
	test('keeps formatting and code', () => {
		const text =
			'## Why\n\n- *one* and `@code`\n- two\n\n```js\n@decorator #12\n```\n\n| a | b |\n| - | - |\n| 1 | 2 |\n';
		expect(defuse(text)).toBe(text);
	});

	test.each([
		['a mention', 'thanks @octocat!', 'thanks `@octocat`!'],
		['a mention behind an escape', 'thanks \\@octocat', 'thanks `@octocat`'],
		['a mention behind a character reference', 'thanks &#64;octocat', 'thanks `@octocat`'],
		['a closing keyword', 'Closes #12', 'Closes `#12`'],
		['an image', 'see ![x](https://evil.example/?secret)', 'see `![x](https://evil.example/?secret)`'],
		['an image by reference', '![x][y]\n\n[y]: https://evil.example', '`![x][y]`\n\n`[y]: https://evil.example`'],
		['a link', '[x](https://evil.example)', '`[x](https://evil.example)`'],
		['an autolink', '<https://evil.example>', '`https://evil.example`'],
		['a bare address', 'at https://evil.example/a', 'at `https://evil.example/a`'],
		['HTML', 'a <img src="https://evil.example"> b', 'a `<img src="https://evil.example">` b'],
		['a forged marker', '<!-- dark-factory:status issue=1 -->', '`<!-- dark-factory:status issue=1 -->`'],
	])('disarms %s', (_name, text, expected) => {
		expect(defuse(text)).toBe(expected);
	});

	test('changes nothing when done twice', () => {
		const once = defuse('a @b &#64;c <i>d</i> ![e](f) https://g.example #1');
		expect(defuse(once)).toBe(once);
	});
});
