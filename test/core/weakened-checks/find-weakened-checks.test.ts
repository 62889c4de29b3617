import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangedText } from '../../../src/core/weakened-checks/changed-text.ts';
import { findWeakenedChecks } from '../../../src/core/weakened-checks/find-weakened-checks.ts';

function kinds(...files: ChangedText[]): string[] {
	return findWeakenedChecks(files).map(({ kind }) => kind);
}

function change(path: string, base: string | null, head: string | null): ChangedText {
	return { path, base, head };
}

const js = `import { expect, it } from 'vitest';

it('adds', () => {
	expect(add(1, 2)).toBe(3);
	expect(add(0, 0)).toBe(0);
});

it('takes', () => {
	expect(take(3, 2)).toBe(1);
});
`;
const python = `import pytest

def test_adds():
    assert add(1, 2) == 3
    assert add(0, 0) == 0

class TestTake:
    def test_takes(self):
        self.assertEqual(take(3, 2), 1)
`;
const go = `package a

func TestAdds(t *testing.T) {
	if add(1, 2) != 3 {
		t.Fatal("wrong")
	}
}

func TestTakes(t *testing.T) {
	assert.Equal(t, 1, take(3, 2))
}
`;
const rust = `pub fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(add(1, 2), 3);
    }

    #[test]
    fn takes() {
        assert_eq!(take(3, 2), 1);
    }
}
`;
const java = `class AddTest {
    @Test
    void adds() {
        assertEquals(3, add(1, 2));
    }

    @Test
    void takes() {
        assertEquals(1, take(3, 2));
    }
}
`;
const csharp = `public class AddTest
{
    [Fact]
    public void Adds()
    {
        Assert.Equal(3, Add(1, 2));
    }

    [Fact]
    public void Takes()
    {
        Assert.Equal(1, Take(3, 2));
    }
}
`;
const ruby = `describe Add do
  it 'adds' do
    expect(add(1, 2)).to eq(3)
  end

  it 'takes' do
    expect(take(3, 2)).to eq(1)
  end
end
`;
const php = `<?php
class AddTest extends TestCase
{
    public function testAdds(): void
    {
        $this->assertSame(3, add(1, 2));
    }

    public function testTakes(): void
    {
        $this->assertSame(1, take(3, 2));
    }
}
`;
const bats = `@test "adds" {
  [ "$(add 1 2)" = 3 ]
}

@test "takes" {
  [ "$(take 3 2)" = 1 ]
}
`;
const suites: [string, string, string, string][] = [
	['test/add.test.ts', js, "it('takes'", 'expect(take(3, 2)).toBe(1);'],
	['tests/test_add.py', python, 'def test_takes', 'self.assertEqual(take(3, 2), 1)'],
	['add_test.go', go, 'func TestTakes', 'assert.Equal(t, 1, take(3, 2))'],
	['src/lib.rs', rust, 'fn takes', 'assert_eq!(take(3, 2), 1);'],
	['src/test/java/AddTest.java', java, 'void takes', 'assertEquals(1, take(3, 2));'],
	['test/AddTest.cs', csharp, 'public void Takes', 'Assert.Equal(1, Take(3, 2));'],
	['spec/add_spec.rb', ruby, "it 'takes'", 'expect(take(3, 2)).to eq(1)'],
	['tests/AddTest.php', php, 'public function testTakes', '$this->assertSame(1, take(3, 2));'],
	['test/add.bats', bats, '@test "takes"', '[ "$(take 3 2)" = 1 ]'],
];

/** The suite without its last test, which `declaration` begins; marks above it go with it. */
function withoutLast(text: string, declaration: string, assertion: string): string {
	const lines = text.split('\n');
	const at = lines.findIndex((line) => line.includes(declaration));
	const first = /^\s*[#@[]/.test(lines[at - 1] ?? '') ? at - 1 : at;
	const asserted = lines.findIndex((line) => line.includes(assertion));
	return [
		...lines.slice(0, first),
		...lines.slice(asserted + (/^\s*(?:[}]|end)/.test(lines[asserted + 1] ?? '') ? 2 : 1)),
	].join('\n');
}

describe.each(suites)('in %s', (path, text, declaration, assertion) => {
	it('a removed test is found, and where it was', () => {
		const [found, ...more] = findWeakenedChecks([change(path, text, withoutLast(text, declaration, assertion))]);
		expect(found).toMatchObject({ kind: 'test-removed', path, side: 'base' });
		expect(more).toEqual([]);
		const lines = text.split('\n').slice((found?.line ?? 0) - 1);
		expect(lines.slice(0, 2).join('\n')).toContain(declaration);
	});

	it('a removed assertion is found', () => {
		const found = findWeakenedChecks([change(path, text, text.replace(assertion, ''))]);
		expect(found).toMatchObject([{ kind: 'assertion-removed', path, side: 'base', text: assertion }]);
	});

	it('an assertion that became a comment is removed', () => {
		const mark = /py$|rb$|bats$/.test(path) ? '#' : '//';
		expect(kinds(change(path, text, text.replace(assertion, `${mark} ${assertion}`)))).toEqual(['assertion-removed']);
	});

	it('a deleted file of tests loses every test', () => {
		expect(kinds(change(path, text, null))).toEqual(['test-removed', 'test-removed']);
	});

	it('a renamed file loses nothing', () => {
		const directory = path.replace(/[^/]*$/, '');
		const name = path.slice(directory.length).replace('dd', 'rithmetic');
		expect(kinds(change(path, text, null), change(`${directory}more/${name}`, null, text))).toEqual([]);
	});

	it('a test that moved into another file is not lost', () => {
		const lines = text.split('\n');
		const ending = /\.\w+$/.exec(path)?.[0] ?? '';
		const other = path
			.replace(ending, `_more${ending}`)
			.replace('.test_more', '_more.test')
			.replace('_test_more', '_more_test');
		expect(
			kinds(change(path, text, withoutLast(text, declaration, assertion)), change(other, null, lines.join('\n'))),
		).toEqual([]);
	});

	it('a corrected expectation is no finding', () => {
		const corrected = assertion.replace('3, 2', '4, 2');
		expect(kinds(change(path, text, text.replace(assertion, corrected)))).toEqual([]);
	});

	it('new tests are no finding', () => {
		const [first, ...rest] = text.split('\n');
		expect(kinds(change(path, [first, ''].join('\n'), [first, ...rest].join('\n')))).toEqual([]);
	});
});

describe('tests that are left out', () => {
	it.each([
		['test/a.test.ts', js, "it('takes'", "it.skip('takes'"],
		['test/a.test.ts', js, "it('takes'", "it.todo('takes'"],
		['test/a.test.ts', js, "it('takes'", "xit('takes'"],
		['test/a.test.ts', js, "it('takes'", "it.skipIf(process.env.CI)('takes'"],
		['test/a.test.ts', js, "it('takes', ()", "it('takes', { skip: true }, ()"],
		['test/a.test.ts', js, '\texpect(take', '\treturn;\n\texpect(take'],
		['tests/test_a.py', python, 'def test_adds', '@pytest.mark.skip\ndef test_adds'],
		['tests/test_a.py', python, 'def test_adds', '@pytest.mark.xfail(reason="x")\ndef test_adds'],
		['tests/test_a.py', python, 'def test_adds', '@unittest.skipIf(True, "x")\ndef test_adds'],
		['tests/test_a.py', python, '    assert add(1', '    pytest.skip("later")\n    assert add(1'],
		['a_test.go', go, '\tassert.Equal', '\tt.Skip("later")\n\tassert.Equal'],
		['src/lib.rs', rust, '    #[test]\n    fn takes', '    #[test]\n    #[ignore]\n    fn takes'],
		[
			'src/test/java/ATest.java',
			java,
			'    @Test\n    void takes',
			'    @Disabled("later")\n    @Test\n    void takes',
		],
		['test/ATest.cs', csharp, '[Fact]\n    public void Takes', '[Fact(Skip = "later")]\n    public void Takes'],
		['spec/a_spec.rb', ruby, "it 'takes'", "xit 'takes'"],
		['tests/ATest.php', php, '$this->assertSame(1', "$this->markTestSkipped('x');\n        $this->assertSame(1"],
		['test/a.bats', bats, '  [ "$(take', '  skip "later"\n  [ "$(take'],
	])('%s: a test is skipped', (path, text, from, to) => {
		expect(kinds(change(path, text, text.replace(from, to)))).toEqual(['test-skipped']);
	});

	it.each([
		['test/a.test.ts', js, "it('takes'", "it.only('takes'"],
		['test/a.test.ts', js, "it('takes'", "fit('takes'"],
		['spec/a_spec.rb', ruby, "it 'takes'", "fit 'takes'"],
	])('%s: the others are left out', (path, text, from, to) => {
		expect(kinds(change(path, text, text.replace(from, to)))).toEqual(['test-focused']);
	});

	it.each([
		[
			'test/a.test.ts',
			`${js}\nit.skipIf(process.platform === 'win32')('links', () => {\n\texpect(link()).toBe(1);\n});\n`,
		],
		['test/a.test.ts', `${js}\nit('knows of it.skip', () => {\n\texpect(find("it.skip('x')")).toBe(1);\n});\n`],
		['test/a.test.ts', `${js}\n// it.skip is not for us\n`],
		[
			'tests/test_a.py',
			`${python}\n@pytest.mark.skipif(sys.platform == "win32", reason="x")\ndef test_link():\n    assert link()\n`,
		],
		[
			'a_test.go',
			`${go}\nfunc TestLink(t *testing.T) {\n\tif testing.Short() {\n\t\tt.Skip("slow")\n\t}\n\tassert.True(t, link())\n}\n`,
		],
	])('%s: a new test that may be skipped somewhere is no finding', (path, head) => {
		const base = path.endsWith('.ts') ? js : path.endsWith('.py') ? python : go;
		expect(kinds(change(path, base, head))).toEqual([]);
	});
});

describe('assertions that say less', () => {
	it.each([
		['test/a.test.ts', js, 'expect(take(3, 2)).toBe(1)', 'expect(take(3, 2)).toBeDefined()'],
		['tests/test_a.py', python, 'assert add(1, 2) == 3', 'assert add(1, 2)'],
	])('%s: a loosened one', (path, text, from, to) => {
		expect(kinds(change(path, text, text.replace(from, to)))).toEqual(['assertion-loosened']);
	});

	it.each([
		['test/a.test.ts', js, 'expect(take(3, 2)).toBe(1)', 'expect(true).toBe(true)'],
		['tests/test_a.py', python, 'assert add(1, 2) == 3', 'assert True'],
		['src/lib.rs', rust, 'assert_eq!(take(3, 2), 1)', 'assert!(true)'],
		['src/test/java/ATest.java', java, 'assertEquals(1, take(3, 2))', 'assertTrue(true)'],
	])('%s: one that always holds, instead of one that did not', (path, text, from, to) => {
		expect(kinds(change(path, text, text.replace(from, to))).sort()).toEqual(['assertion-hollow', 'assertion-removed']);
	});

	it('one that went into a helper is not lost', () => {
		const helped = js
			.replace('\texpect(take(3, 2)).toBe(1);', '\tcheck();')
			.concat('\nfunction check() {\n\texpect(take(3, 2)).toBe(1);\n}\n');
		expect(kinds(change('test/a.test.ts', js, helped))).toEqual([]);
	});
});

describe('settings', () => {
	const config =
		'export default {\n\tthresholds: { lines: 90, branches: 80 },\n\ttestTimeout: 5000,\n\texclude: [\n\t\t"dist",\n\t],\n};\n';
	it.each([
		['threshold-loosened', 'lines: 90', 'lines: 50'],
		['threshold-loosened', 'testTimeout: 5000', 'testTimeout: 60_000'],
		['threshold-loosened', ', branches: 80', ''],
		['file-excluded', '"dist",', '"dist",\n\t\t"src/hard.ts",'],
		['failure-ignored', 'testTimeout', 'passWithNoTests: true,\n\ttestTimeout'],
	])('a setting of the runner is found: %s by %s', (kind, from, to) => {
		expect(kinds(change('vitest.config.ts', config, config.replace(from, to)))).toEqual([kind]);
	});

	it.each([
		['lines: 90', 'lines: 95'],
		['testTimeout: 5000', 'testTimeout: 2000'],
		['export default', '// lines: 10\nexport default'],
		['testTimeout', 'noEmit: false,\n\ttestTimeout'],
	])('a stricter setting is no finding: %s to %s', (from, to) => {
		expect(kinds(change('vitest.config.ts', config, config.replace(from, to)))).toEqual([]);
	});

	it.each([
		['package.json', '{\n  "scripts": {\n    "test": "jest"\n  }\n}\n', '"jest"', '"jest || true"'],
		['package.json', '{\n  "scripts": {\n    "test": "jest"\n  }\n}\n', '"jest"', '"exit 0"'],
		['scripts/check.sh', 'set -e\npytest\n', 'pytest', 'pytest || true'],
		['scripts/check.sh', 'set -e\npytest\n', 'set -e', 'exit 0'],
		['Makefile', 'test:\n\tpytest\n', '\tpytest', '\t-pytest'],
	])('%s: a failure that passes is found', (path, text, from, to) => {
		expect(kinds(change(path, text, text.replace(from, to)))).toEqual(['failure-ignored']);
	});

	it.each([
		['biome.json', '{\n\t"rules": {\n\t\t"noAny": "error"\n\t}\n}\n', '"error"', '"off"'],
		['biome.json', '{\n\t"rules": {\n\t\t"noAny": "error"\n\t}\n}\n', '\t\t"noAny": "error"\n', ''],
		['tsconfig.json', '{\n\t"strict": true\n}\n', 'true', 'false'],
		['src/a.ts', 'run();\n', 'run();', '// eslint-disable-next-line no-undef\nrun();'],
		['src/a.py', 'run()\n', 'run()', 'run()  # noqa: F821'],
		['src/a.go', 'run()\n', 'run()', 'run() //nolint:errcheck'],
		['src/a.rs', 'fn a() {}\n', 'fn a', '#[allow(dead_code)]\nfn a'],
		['src/A.java', 'class A {}\n', 'class', '@SuppressWarnings("all")\nclass'],
		['src/a.ts', 'run();\n', 'run();', '// @ts-ignore\nrun();'],
		['src/a.ts', 'run();\n', 'run();', '// biome-ignore lint/a/b: because\nrun();'],
	])('%s: a rule that is off is found', (path, text, from, to) => {
		expect(kinds(change(path, text, text.replace(from, to)))).toEqual(['rule-disabled']);
	});

	it('a rule that was off and moved along is no finding, nor is one named in a string', () => {
		const off = '// eslint-disable-next-line no-undef\nrun();\n';
		expect(kinds(change('src/a.ts', off, ''), change('src/b.ts', '', off))).toEqual([]);
		expect(kinds(change('src/a.ts', '', "const rule = '// eslint-disable-line';\n"))).toEqual([]);
		expect(kinds(change('src/a.ts', '', 'const a = `\n// @ts-ignore\n`;\nconst b = /`/;\n'))).toEqual([]);
	});

	it('a snapshot is found that is rewritten alone, and not one that follows the source', () => {
		const snapshot = change('test/__snapshots__/a.snap', 'a', 'b');
		expect(kinds(snapshot)).toEqual(['snapshot-rewritten']);
		expect(kinds(snapshot, change('src/a.ts', 'a()', 'b()'))).toEqual([]);
		expect(kinds(change('test/__snapshots__/b.snap', null, 'b'))).toEqual([]);
	});

	it('an edit of continuous integration is found, whatever it says', () => {
		expect(kinds(change('.github/workflows/ci.yml', 'on: push\n', 'on: pull_request\n'))).toEqual(['ci-edited']);
		expect(kinds(change('.gitlab-ci.yml', 'a: 1\n', null))).toEqual(['ci-edited']);
	});
});

it('a change that only adds tests with assertions has no finding', () => {
	const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{4,12}$/), { minLength: 1, maxLength: 6 });
	const text = fc.string({
		unit: fc.constantFrom('a', ' ', '`', '"', '/', '#', '{', '}', '$', '*', '.skip(', '// noqa'),
	});
	fc.assert(
		fc.property(names, fc.array(text, { minLength: 6, maxLength: 6 }), fc.nat({ max: 2 }), (all, texts, place) => {
			const added = all.map((name, at) => {
				const value = JSON.stringify(texts[at] ?? '');
				return `it('${name} anew', () => {\n\texpect(${name}(${value})).toBe(${value});\n});\n`;
			});
			const parts = js.split(/\n(?=it\()/);
			const head = [...parts.slice(0, place + 1), ...added, ...parts.slice(place + 1)].join('\n');
			expect(findWeakenedChecks([change('test/add.test.ts', js, head)])).toEqual([]);
			expect(findWeakenedChecks([change('test/new.test.ts', null, added.join('\n'))])).toEqual([]);
		}),
	);
});
