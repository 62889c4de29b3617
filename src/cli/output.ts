import { createColors } from 'picocolors';

/** Where a command writes. Results go to `out`, progress and complaints to `err`; `--json` asks for one JSON value on `out`. */
export interface Output {
	out(text: string): void;
	err(text: string): void;
	/** Colours, or functions that leave text alone where there is no terminal. */
	colors: ReturnType<typeof createColors>;
	format: 'text' | 'json';
}

/** The process's own streams; colours only on a terminal, and never when NO_COLOR is set. */
export function processOutput(format: Output['format']): Output {
	return {
		out: (text) => process.stdout.write(`${text}\n`),
		err: (text) => process.stderr.write(`${text}\n`),
		colors: createColors(process.stdout.isTTY === true && process.env.NO_COLOR === undefined),
		format,
	};
}

/** Exit codes of every command. */
export const exit = { done: 0, endedOtherwise: 1, wrongUse: 2 } as const;
