import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanMarkdown, cleanPlain, revealInvisible } from '../../src/core/untrusted.ts';

const pieces = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.constantFrom(
		'<!--',
		'-->',
		'<details>',
		'</details>',
		'<span hidden>',
		'![',
		'](',
		'[a]: b "c"',
		'```',
		'\n\n',
		'> ',
		'- ',
	),
	fc.constantFrom('\u200b', '\u{e0041}', '&#x200b;', '&lt;', '\u202e', '\\', '`', '<b title="'),
);
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zl}\p{Zp}]/u;

test('no text of others makes cleaning fail, and nothing invisible is left in any', () => {
	fc.assert(
		fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
			const raw = parts.join('');
			for (const { text } of [cleanMarkdown(raw), cleanPlain(raw)]) expect(text).not.toMatch(invisible);
			expect(revealInvisible(raw)).not.toMatch(invisible);
		}),
		{ numRuns: 500 },
	);
});

test('visible words in plain paragraphs are kept as they are', () => {
	fc.assert(
		fc.property(fc.array(fc.stringMatching(/^[A-Za-z0-9]{1,12}$/), { minLength: 1, maxLength: 30 }), (words) => {
			const text = words.join(' ');
			expect(cleanMarkdown(text)).toMatchObject({ text });
		}),
	);
});

test('what was found is bounded and without line breaks', () => {
	const { findings } = cleanMarkdown(`a <!-- ${'long\n'.repeat(500)} -->`);
	expect(findings[0]?.excerpt.length).toBeLessThanOrEqual(201);
	expect(findings[0]?.excerpt).not.toContain('\n');
});
