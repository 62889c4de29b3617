import type { Language } from './language.ts';

/** How the tests of a language look, for its common runners. Patterns see code whose strings are empty and comments gone. */
export interface TestSyntax {
	/** Begins a test. The name is the first group, or the first string literal of the raw line. */
	test: RegExp;
	/** A line that makes the next function a test, where `test` alone does not tell. */
	mark?: RegExp;
	assertion: RegExp;
	/** Leaves tests out, whatever comes. */
	skip?: RegExp;
	/** Leaves tests out under a condition. */
	skipIf?: RegExp;
	/** Leaves all others out. */
	focus?: RegExp;
	/** Ends a test run as passed. */
	exit?: RegExp;
}

const none: TestSyntax = { test: /(?!)/, assertion: /(?!)/ };

export const testSyntax: Record<Language, TestSyntax> = {
	javascript: {
		test: /^\s*(?:await\s+)?(?:Deno\.test|[fx]?(?:it|test|specify))(?:\.\w+)*\s*(?:\(|`|<)/,
		assertion:
			/\b(?:expect(?:TypeOf)?(?:\.\w+)*\s*[(<]|assert(?:\.\w+)*\s*\(|t\.(?:is|not|deepEqual|notDeepEqual|true|false|truthy|falsy|throws\w*|notThrows\w*|equal|equals|ok|notOk|same|strictEqual|like|regex|match|rejects|snapshot|pass|fail)\()|\.should\b/,
		skip: /\b(?:it|test|describe|specify|suite|context)(?:\.\w+)*\.(?:skip|todo|fixme|fails|failing)\b|\bx(?:it|test|describe|specify|context)\s*\(|\b(?:skip|todo|ignore):\s*(?:true\b|''|""|``)|\.(?:skip|run)If\(\s*(?:true|false|1|0)\s*\)|\b(?:this|ctx|context|t)\.skip\(|\bif\s*\(\s*(?:false|0)\s*\)/,
		skipIf: /\.(?:skip|run)If\s*\(|\bskip:\s*(?!false\b|undefined\b)[\w!(]/,
		focus:
			/\b(?:it|test|describe|specify|suite|context)(?:\.\w+)*\.only\b|\bf(?:it|describe|context)\s*\(|\bonly:\s*true\b/,
		exit: /\bprocess\.exit\(\s*0?\s*\)|\bprocess\.exitCode\s*=\s*0\b/,
	},
	python: {
		test: /^\s*(?:async\s+)?def\s+(test\w*)\s*\(/,
		assertion: /^\s*assert\b|\bself\.(?:assert|fail)\w*\(|\bpytest\.(?:raises|warns|fail)\b|\bassert_\w+\(/,
		skip: /\bmark\.(?:skip|xfail)\b|@(?:unittest\.)?(?:skip|expectedFailure)\b|\bpytest\.(?:skip|xfail)\(|\bskipTest\(|\bSkipTest\b|__test__\s*=\s*False|\bif\s+(?:False|0)\s*:/,
		skipIf: /\bmark\.skipif\b|@(?:unittest\.)?skip(?:If|Unless)\b|\bimportorskip\(/,
		exit: /\b(?:sys\.exit|os\._exit|exit|quit)\(\s*0?\s*\)/,
	},
	go: {
		test: /^func\s+((?:Test|Fuzz|Example)\w*)\s*\(|^\s*\w+\.Run\(""/,
		assertion: /\b[tbf]\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(|\b(?:assert|require|is|qt)\.\w+\(/,
		skip: /\b[tbf]\.Skip(?:f|Now)?\(|\bif\s+false\b/,
		exit: /\bos\.Exit\(\s*0\s*\)/,
	},
	rust: {
		test: /(?!)/,
		mark: /^\s*#\[(?:\w+::)*test\b|^\s*#\[(?:rstest|test_case)\b/,
		assertion: /\b(?:debug_)?assert\w*!|\bpanic!|\bunreachable!/,
		skip: /#\[ignore\b|\bif\s+false\b|#\[cfg\(any\(\)\)\]/,
		skipIf: /#\[cfg_attr\([^\]]*\bignore\b|#\[should_panic\b/,
		exit: /\bprocess::exit\(\s*0\s*\)/,
	},
	jvm: {
		test: /(?!)/,
		mark: /^\s*@(?:Test|ParameterizedTest|RepeatedTest|Property)\b/,
		assertion: /\bassert\w*\s*[({]|\bAssert(?:ions)?\.\w+|\bverify\w*\(|\.should\w*\b|\bfail\(|\bexpectThat\b/,
		skip: /@(?:Disabled|Ignore)\b|\benabled\s*=\s*false|\bassumeTrue\(\s*false|\bassumeFalse\(\s*true|\bif\s*\(\s*false\s*\)/,
		skipIf: /@(?:Disabled|Enabled)(?:On|If|For)\w+|\bassum(?:e|ing)\w+\(/,
		exit: /\bSystem\.exit\(\s*0\s*\)|\bexitProcess\(\s*0\s*\)/,
	},
	csharp: {
		test: /(?!)/,
		mark: /^\s*\[(?:Fact|Theory|Test|TestCase|TestMethod|DataTestMethod)\b/,
		assertion: /\b(?:Assert|CollectionAssert|StringAssert)\.\w+|\.Should\w*\(|\.Verify\w*\(/,
		skip: /\bSkip\s*=\s*""|\[(?:Ignore|Explicit)\b|\bAssert\.(?:Ignore|Inconclusive|Skip|Pass)\(|\bif\s*\(\s*false\s*\)|^\s*#if\s+false/,
		exit: /\bEnvironment\.Exit\(\s*0\s*\)/,
	},
	ruby: {
		test: /^\s*[fx]?(?:it|specify|test|scenario)\s*\(?\s*(?:""|'')|^\s*def\s+(test_\w+)/,
		assertion: /\bexpect\s*[({]|\b(?:assert|refute|must|wont)\w*\b|\.should\b|\bis_expected\b/,
		skip: /^\s*x(?:it|describe|context|specify|scenario)\b|^\s*(?:skip|pending)\b|\b(?:skip|pending):\s*(?:true|""|'')|,\s*:(?:skip|pending)\b/,
		focus: /^\s*f(?:it|describe|context|specify)\b|\bfocus:\s*true|,\s*:focus\b/,
		exit: /\bexit!?(?:\s+|\()(?:0|true)\b/,
	},
	php: {
		test: /\bfunction\s+(test\w*)\s*\(|^\s*(?:it|test)\(\s*(?:""|'')/,
		mark: /^\s*#\[(?:\w+\\)*Test\b/,
		assertion: /(?:->|::)assert\w+\(|->expectException\w*\(|\bexpect\(/,
		skip: /->markTest(?:Skipped|Incomplete)\(|->(?:skip|todo)\(|\bif\s*\(\s*false\s*\)/,
		focus: /->only\(/,
		exit: /\bexit\s*\(\s*0\s*\)|\bexit;/,
	},
	swift: {
		test: /\bfunc\s+(test\w*)\s*\(/,
		mark: /^\s*@Test\b/,
		assertion: /\bXCT(?:Assert|Fail|Unwrap)\w*\(|#(?:expect|require)\b/,
		skip: /\bthrow\s+XCTSkip\b|\.disabled\(/,
		skipIf: /\bXCTSkip(?:If|Unless)\b|\.enabled\(if:/,
	},
	shell: {
		test: /^\s*@test\s+(?:""|'')|^\s*(?:function\s+)?(test_?\w+)\s*\(\)/,
		assertion: /^\s*(?:\[\[?\s|test\s|assert\w*\b|refute\w*\b|diff\s|cmp\s|grep\s+-\w*q)/,
		skip: /^\s*skip\b/,
	},
	text: none,
};

/** An assertion that holds whatever the code does. Sees raw lines: what is compared may be text. */
export const hollowAssertion =
	/\bexpect\(\s*(?:true|1|!0)\s*\)\.(?:(?:toBe|toEqual|toStrictEqual|eq|to\s+eq)\(\s*(?:true|1|!0)\s*\)|toBeTruthy\(\)|toBeDefined\(\)|to\.be\.true)|\bexpect\(\s*(['"`]?)([\w.]+)\1\s*\)\.(?:toBe|toEqual|toStrictEqual)\(\s*\1\2\1\s*\)|\bassert(?:_?True|That|\.(?:ok|True|isTrue)|!)?\(\s*(?:true|1)\s*[,)]|^\s*assert\s+(?:True|1|(\w+)\s*==\s*\3)\s*(?:,|$|#)|\bAssert\w*\.(?:True|IsTrue|assertTrue)\(\s*true\s*[,)]|\bassert(?:Equals?|\.(?:equal|strictEqual|deepEqual))\(\s*([\w.]+)\s*,\s*\4\s*[,)]|\bassert_eq!\(\s*([\w.]+)\s*,\s*\5\s*[,)]/i;
