const testPath =
	/(?:^|\/)(?:tests?|__tests__|specs?)\/|(?:^|[/._-])(?:test|spec)[._-][^/]*$|[._-](?:test|spec|tests|specs)\.[^/]+$|(?:^|\/)test_[^/]*$|_test\.[^/]+$|\.snap$/i;
const proseName = /\.(?:md|mdx|txt|rst|adoc)$|(?:^|\/)(?:licen[cs]e|changelog|authors|notice)[^/]*$/i;

/** What a path holds, by its name: tests, prose that no test can cover, or source. */
export function fileKind(path: string): 'test' | 'prose' | 'source' {
	if (testPath.test(path)) return 'test';
	return proseName.test(path) ? 'prose' : 'source';
}

/** A file's name without directory, extension and what marks a test: `src/a/parse.ts` and `test/parse.test.ts` are both `parse`. */
export function stemOf(path: string): string {
	const name = path.slice(path.lastIndexOf('/') + 1);
	return name
		.replace(/(?:\.d)?\.[^.]+$/, '')
		.replace(/[._-](?:tests?|specs?)$|^(?:test|spec)[._-]/i, '')
		.toLowerCase();
}
