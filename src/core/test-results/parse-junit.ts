import type { TestResult } from './test-result.ts';

const token =
	/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/g;

/**
 * JUnit XML as the common runners write it (https://github.com/testmoapp/junitxml), among other output. Read as a row of tags: no
 * entities but XML's own five, no document type, so nothing in it can be expanded or fetched.
 * @returns null when there is no complete `testsuite`.
 */
export function parseJunit(output: string): TestResult[] | null {
	const start = output.search(/<testsuites?[\s>]/);
	if (start === -1) return null;
	const results: TestResult[] = [];
	let [open, ended]: [TestResult | null, boolean] = [null, false];
	for (const [, close, tag = '', attributes = '', empty] of output.slice(start).matchAll(token)) {
		if (tag === 'testcase' && close === '') {
			open = { name: nameOf(attributes), state: 'passed' };
			results.push(open);
		}
		if (tag === 'testcase' && (close === '/' || empty === '/')) open = null;
		if (open !== null && close === '' && (tag === 'failure' || tag === 'error')) open.state = 'failed';
		if (open?.state === 'passed' && close === '' && tag === 'skipped') open.state = 'skipped';
		if (close === '/' && /^testsuites?$/.test(tag)) ended = true;
	}
	return ended && open === null ? results : null;
}

function nameOf(attributes: string): string {
	const value = (key: string) => {
		const match = new RegExp(`(?:^|\\s)${key}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
		return unescapeXml(match?.[1] ?? match?.[2] ?? '');
	};
	return [value('classname'), value('name')].filter((part) => part !== '').join(' > ');
}

function unescapeXml(text: string): string {
	const names: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
	return text.replace(/&(?:(lt|gt|quot|apos|amp)|#(\d{1,6})|#x([\da-f]{1,5}));/gi, (whole, name, decimal, hex) => {
		if (name !== undefined) return names[String(name).toLowerCase()] ?? whole;
		const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
		return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
	});
}
