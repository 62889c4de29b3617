import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaceText } from '../../../src/agent/tools/match-text.ts';

describe('replacing text', () => {
	it('does what a plain replacement does where the text stands exactly once', () => {
		const piece = fc.constantFrom('a', 'b', '\n', ' ', '}', '$&');
		const string = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
		fc.assert(
			fc.property(string, string, string, string, (before, old, after, fresh) => {
				const given = before + old + after;
				fc.pre(old !== '' && given.indexOf(old) === given.lastIndexOf(old));
				const replaced = replaceText(given, old, fresh);
				if (replaced.kind === 'applied' || replaced.kind === 'unclear indentation') return;
				expect(replaced).toMatchObject({ kind: 'ok', tier: 'exact', text: before + fresh + after });
			}),
			{ numRuns: 2000 },
		);
	});

	it('leaves the line ends of lines that it does not change', () => {
		const given = 'a\r\nb\nc\r\nd\n';
		expect(replaceText(given, 'b\nc\nd', 'b\nC\nd')).toMatchObject({ text: 'a\r\nb\nC\nd\n' });
		expect(replaceText('a\r\nb\r\n', 'a\nb\n', 'a\nx\nb\n')).toMatchObject({ text: 'a\r\nx\r\nb\r\n' });
		expect(replaceText('\uFEFFa\r\nb', 'b', 'c\nd')).toMatchObject({ text: '\uFEFFa\r\nc\r\nd' });
	});

	it("ignores trailing white space only where nothing stands exactly, and keeps the file's own", () => {
		expect(replaceText('a  \nb\nc\n', 'a\nb\n', 'a\nB\n')).toMatchObject({
			kind: 'ok',
			tier: 'trailing whitespace',
			text: 'a  \nB\nc\n',
		});
	});

	it('shifts the new text by the same indentation that the old one lacked', () => {
		expect(replaceText('if (x) {\n\t\ta();\n\t\tb();\n}\n', 'a();\nb();', 'a();\n\nc();\nb();')).toMatchObject({
			tier: 'indentation',
			text: 'if (x) {\n\t\ta();\n\n\t\tc();\n\t\tb();\n}\n',
		});
		expect(replaceText('a();\nb();\n', '  a();\n  b();', '  a();\n  if (c)\n    d();')).toMatchObject({
			tier: 'indentation',
			text: 'a();\nif (c)\n  d();\n',
		});
		expect(replaceText(' a();\n  b();\n', 'a();\nb();', 'x')).toEqual({ kind: 'absent' });
	});

	it('matches typographic punctuation without changing the lines that stay', () => {
		expect(replaceText('say(“hi”);\nend — now\n', 'say("hi");\nend - now', 'say("hi");\nend')).toMatchObject({
			tier: 'punctuation',
			text: 'say(“hi”);\nend\n',
		});
	});

	it('changes nothing when the place is not the only one, in any tier', () => {
		expect(replaceText('a\na\n', 'a', 'b')).toEqual({ kind: 'ambiguous', tier: 'exact', starts: [0, 1] });
		expect(replaceText('a \nx\na \nx\n', 'a\nx', 'b')).toMatchObject({
			kind: 'ambiguous',
			tier: 'trailing whitespace',
		});
		expect(replaceText('  ab();\n    ab();\n', '\tab();\n', 'c\n')).toMatchObject({ kind: 'ambiguous' });
		expect(replaceText('x\n', '\n\n \n', 'y')).toEqual({ kind: 'absent' });
	});

	it('does not guess at a typo or a missing line', () => {
		expect(replaceText('one\ntwo\nthree\n', 'one\nthree', 'x')).toEqual({ kind: 'absent' });
		expect(replaceText('one\ntwo\n', 'one\ntwoo', 'x')).toEqual({ kind: 'absent' });
	});

	it('turns tabs into spaces and back as the lines that stay do', () => {
		const tabs = 'if (x) {\n\tif (y) {\n\t\ta();\n\t}\n}\n';
		expect(
			replaceText(
				tabs,
				'    if (y) {\n        a();',
				'    if (y) {\n        a();\n        if (z) {\n            b();\n        }',
			),
		).toMatchObject({
			tier: 'tabs and spaces',
			text: 'if (x) {\n\tif (y) {\n\t\ta();\n\t\tif (z) {\n\t\t\tb();\n\t\t}\n\t}\n}\n',
		});
		expect(replaceText('f:\n  a\n    b\n', '\ta\n\t\tb', '\ta\n\t\tc\n\td')).toMatchObject({
			tier: 'tabs and spaces',
			text: 'f:\n  a\n    c\n  d\n',
		});
		expect(replaceText('\t\ta();\n\tb();\n', '  a();\n b();', '  c();')).toEqual({ kind: 'absent' });
	});

	it('keeps white space that the change does not touch, and makes the change of white space that it is', () => {
		expect(replaceText('a  \nb “c”\nd  \n', 'a  \nb "c"\nd  ', 'a\nb "c"\nd  ')).toMatchObject({
			text: 'a\nb “c”\nd  \n',
		});
	});

	it('refuses a line without its indentation when the new lines may lack it too', () => {
		const given = 'f() {\n\t\tone();\n}\n';
		expect(replaceText(given, 'one();', 'one();\ntwo();')).toEqual({ kind: 'unclear indentation', start: 1 });
		expect(replaceText(given, 'one();', 'if (x) {\n\t\tone();\n\t\t}')).toMatchObject({ kind: 'unclear indentation' });
		expect(replaceText(given, 'one();', 'one();\n\t\ttwo();')).toMatchObject({ tier: 'exact' });
	});

	it('does nothing when the same call comes again', () => {
		const call = (text: string, old: string, fresh: string) => {
			const first = replaceText(text, old, fresh);
			expect(first).toMatchObject({ kind: 'ok' });
			return replaceText(first.kind === 'ok' ? first.text : '', old, fresh);
		};
		expect(call('a\nb\n', 'a', 'a\nx')).toMatchObject({ kind: 'applied' });
		expect(call('f(a);\n', 'f(a)', 'f(a)(b)')).toMatchObject({ kind: 'applied' });
		expect(call('\ta();\n\tb();\n', 'a();\nb();', 'if (c) {\n\ta();\n\tb();\n}')).toMatchObject({ kind: 'applied' });
		// Its old text was unique by its indentation; now a twin elsewhere would fit without.
		expect(call('\ta;\n\tb;\nx\n\t\ta;\n\t\tb;\n', '\n\t\ta;\n\t\tb;', '\n\t\ta;\n\t\tb;\n\t\tc;')).toMatchObject({
			kind: 'applied',
		});
	});
});
