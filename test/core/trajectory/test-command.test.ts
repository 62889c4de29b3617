import { describe, expect, it } from 'vitest';
import { splitCommand } from '../../../src/core/trajectory/command-parts.ts';
import { readFailure } from '../../../src/core/trajectory/failure-signature.ts';
import { judgeTestRun } from '../../../src/core/trajectory/test-command.ts';

const known = new Set(['sh check.sh']);

describe('a command that runs tests', () => {
	it.each([
		'npm test',
		'npm run test:unit',
		'CI=1 npx vitest run test/a.test.ts',
		'node --test test/a.test.js',
		'node --experimental-x --test',
		'cd packages/a && pytest -q',
		'python -m pytest',
		'go test ./...',
		'cargo test',
		'make check',
		'sh check.sh',
		'sh check.sh 2>&1',
	])('%s, is known by its name or from the config', (command) => {
		expect(judgeTestRun({ command, exitCode: 0, output: '' }, known)).toBe('passed');
		expect(judgeTestRun({ command, exitCode: 1, output: '' }, known)).toBe('failed');
	});

	it.each(['npm install', 'cat test/a.test.js', 'echo npm test', 'node build.js', 'git commit -m "npm test"', 'ls'])(
		'is not %s',
		(command) => {
			expect(judgeTestRun({ command, exitCode: 0, output: '5 passed' }, known)).toBe('none');
		},
	);

	it.each([
		['npm test | tail -5', '# pass 3\n# fail 0', 'passed'],
		['npm test | tail -5', '# pass 3\n# fail 1', 'failed'],
		['npm test | tail -5', 'hm', 'unknown'],
		['npm test; ls', 'Tests  4 passed (4)', 'passed'],
		['npm test || true', '# pass 3', 'unknown'],
		['npm test; echo "3 passed"', '3 passed', 'unknown'],
		['npm test && npm run lint', '', 'passed'],
		['npm test & sleep 1', '', 'unknown'],
	])('%s with the output %j has %s', (command, output, expected) => {
		expect(judgeTestRun({ command, exitCode: 0, output }, known)).toBe(expected);
	});
});

describe('the parts of a command', () => {
	it.each([
		['a && b', ['a', 'b'], ['a', 'b']],
		['a; b && c', ['a', 'b', 'c'], ['b', 'c']],
		["grep 'x && y; z' f | wc -l", ["grep 'x && y; z' f", 'wc -l'], []],
		['a 2>&1 > out.txt', ['a'], ['a']],
		['a &> log && b', ['a', 'b'], ['a', 'b']],
	])('%s', (command, parts, proven) => {
		expect(splitCommand(command)).toEqual({ parts, proven });
	});
});

describe('the signature of a failure', () => {
	const end = 'exit 1';
	it('is the same for the same failing tests, whatever times, places and numbers of lines', () => {
		const one = '✖ it adds (1.2ms)\n  at /home/a/x.js:12:4\n✖ it rounds (0.1ms)';
		const other = '✖ it rounds (30ms)\n  at /srv/b/x.js:99:1\n✖ it adds (7s)';
		expect(readFailure(one, end)).toEqual(readFailure(other, end));
		expect(readFailure(one, end).tests).toEqual(['it adds', 'it rounds']);
	});

	it.each([
		['not ok 3 - parses', 'parses'],
		['--- FAIL: TestParse (0.00s)', 'TestParse'],
		['test tests::parses ... FAILED', 'tests::parses'],
		['FAILED test_a.py::test_parse', 'test_a.py::test_parse'],
	])('names the test in %j', (output, name) => {
		expect(readFailure(`x\n${output}\n`, end).tests).toEqual([name]);
	});

	it('is another for another error, and for another end', () => {
		const type = readFailure('TypeError: a is not a function', end).signature;
		expect(readFailure('TypeError: b is not a function', end).signature).not.toBe(type);
		expect(readFailure('TypeError: a is not a function', 'killed').signature).not.toBe(type);
		expect(readFailure('start\nError: at 0x7fff12 after 12 ms', end)).toEqual(
			readFailure('begin\nError: at 0x8aee after 3 ms', end),
		);
	});
});
