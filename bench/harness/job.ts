/** One turn of the job, in no harness's words. Line numbers count from 1. */
export type Step =
	| { kind: 'read'; path: string }
	| { kind: 'look'; path: string; from: number; lines: number }
	| { kind: 'edit'; path: string; line: number; old: string; text: string }
	| { kind: 'run'; command: string };

export const fileCount = 60;
const linesPerFile = 200;

function pathOf(index: number): string {
	return `src/part-${String(index + 1).padStart(2, '0')}.js`;
}

function lineOf(file: number, line: number): string {
	return `export const value_${file + 1}_${line} = compute(${line * 7 + file}, 'part ${file + 1}');`;
}

/** The repository that the job works on: 60 files of 200 lines. */
export function buildFiles(): Map<string, string> {
	const files = new Map<string, string>();
	for (let file = 0; file < fileCount; file += 1) {
		const lines = Array.from({ length: linesPerFile }, (_, index) => lineOf(file, index + 1));
		files.set(pathOf(file), `${lines.join('\n')}\n`);
	}
	return files;
}

/** Ten times: read two files, change one, look at the change, run two commands. */
export function buildSteps(): Step[] {
	return Array.from({ length: 10 }, (_, round): Step[] => {
		const [first, second] = [round * 2, round * 2 + 1];
		const line = 50 + round;
		return [
			{ kind: 'read', path: pathOf(first) },
			{ kind: 'read', path: pathOf(second) },
			{
				kind: 'edit',
				path: pathOf(first),
				line,
				old: lineOf(first, line),
				text: `export const changed_${first} = ${line};`,
			},
			{ kind: 'look', path: pathOf(first), from: line - 5, lines: 11 },
			{ kind: 'run', command: `grep -n 'compute(${line}' src/*.js | head -5; wc -l src/*.js | tail -1` },
			{
				kind: 'run',
				command: `grep -c changed_ ${pathOf(first)} && cat src/*.js | sort | uniq -c | sort -rn | head -3`,
			},
		];
	}).flat();
}

export const steps = buildSteps();
