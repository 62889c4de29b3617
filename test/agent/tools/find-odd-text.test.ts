import { describe, expect, it } from 'vitest';
import { findOddText } from '../../../src/agent/tools/find-odd-text.ts';

const odd = (lines: string[], file = 'a.ts', start = 11, before = 'let x;\n'.repeat(30)) =>
	findOddText(file, lines, start, before);

describe('text that no file should have', () => {
	it('is lines with the numbers under which they would stand', () => {
		expect(odd(['12k3:let a;', '13b7:let b;'])).toMatch(/line number/);
		expect(odd(['    12\tlet a;'])).toMatch(/line number/);
		expect(odd(['12 | let a;', '13 | ', '14 | }'])).toMatch(/line number/);
		expect(odd(['13k3:let a;'])).toBeNull();
		expect(odd(['12: let a;', 'let b;'])).toBeNull();
		expect(odd(['3: three'], 'a.yml', 2, '1: one\n2: two\n3: drei\n')).toBeNull();
	});

	it('is line breaks that were escaped twice, outside strings', () => {
		expect(odd(['const a = "x";\\nconst b = 1;'])).toMatch(/two characters/);
		expect(odd(["// don't\\n\\treturn it's;"])).toMatch(/two characters/);
		expect(odd(['\tif (a) {\\n\\t\\treturn;\\n\\t}'])).toMatch(/two characters/);
		expect(odd(['lines.join("\\n"); text.split(/\\r?\\n/);'])).toBeNull();
		expect(odd(["print(f'a\\n  b')", 'x = `a\\nb`;'])).toBeNull();
		expect(odd(['// split at \\n, never at \\r\\n'])).toBeNull();
		expect(odd(['a \\nb \\nc'], 'a.tex', 0, 'a \\nb \\nc\n')).toBeNull();
	});

	it('is words in place of the code that they leave out', () => {
		for (const line of [
			'// ... existing code ...',
			'  # ... rest of the function is unchanged ...',
			'/* … */',
			'...',
		]) {
			expect(odd(['a();', line])).toMatch(/leaves out/);
		}
		expect(odd(['<!-- ... remaining items unchanged -->'], 'a.html')).toMatch(/leaves out/);
		expect(odd(['    ...'], 'a.py')).toBeNull();
		expect(odd(['// ...and then it ends', 'f(...rest);', '// the existing code', '...others,'])).toBeNull();
		expect(odd(['// ... existing code ...'], 'a.ts', 0, 'a\n\t// ... existing code ...\n')).toBeNull();
	});
});
