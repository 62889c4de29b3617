/** What a failed command said, with everything taken out that differs from run to run. */
export interface Failure {
	/** Names of the tests that failed, sorted; empty when the output names none. */
	tests: string[];
	/** Equal for equal failures. */
	signature: string;
}

const mostTests = 20;
const mostCharacters = 300;

/** How the usual runners name a failing test: TAP, node:test, Vitest, Jest, Mocha, pytest, Go, Rust. */
const failingTest = [
	/^\s*not ok \d+ -? ?(.+?)(?: # .*)?$/,
	/^\s*(?:✖|✗|✕|×) (.+?)$/,
	/^\s*(?:FAIL|FAILED)\s+(\S.*?)$/,
	/^\s*--- FAIL: (\S+)/,
	/^test (.+) \.\.\. FAILED$/,
];
const errorLine = /error|exception|assert|fail|panic|fatal|cannot|not found|undefined/i;

/** The failure in a command's output: the tests that failed, else its first line that looks like an error, else its last. */
export function readFailure(output: string, end: string): Failure {
	const lines = output.split('\n').filter((line) => line.trim() !== '');
	const found = lines.flatMap((line) => {
		for (const pattern of failingTest) {
			const name = pattern.exec(line)?.[1];
			if (name !== undefined && name !== 'failing tests:') return [mask(name)];
		}
		return [];
	});
	const tests = [...new Set(found)].sort().slice(0, mostTests);
	const said =
		tests.length > 0 ? tests.join(' | ') : (lines.find((line) => errorLine.test(line)) ?? lines.at(-1) ?? '');
	return { tests, signature: mask(`${end}: ${said}`) };
}

/** Times, numbers, hexadecimal ids and directories do not tell one failure from another. */
function mask(text: string): string {
	return text
		.slice(0, 2000)
		.replace(/\p{Cc}\[[\d;]*m/gu, '')
		.replace(/\(?\b\d+(?:\.\d+)?\s?(?:ms|s|m|µs|ns)\b\)?/g, '')
		.replace(/\b(?:0x)?[0-9a-f]*\d[0-9a-f]*\b/gi, '0')
		.replace(/(?:\/[\w.@-]+)+\//g, '/')
		.replace(/\s+/g, ' ')
		.trim()
		.slice(0, mostCharacters);
}
