/**
 * Recordings come in two forms. What a run leaves behind is JSON lines, one `RecordedReply` each. What people write is YAML:
 *
 *     - job: implement
 *       round: 1              # 1 when left out
 *       arm: anthropic/claude-opus-4-8   # for people; `recorded/recorded` when left out
 *       turns:
 *         - think: The parser drops the last field.
 *           say: I look at it first.
 *           call:
 *             - tool: read
 *               with: { path: lib/parse.js }
 *           usage: { fresh: 1200, cached: 0, cacheWrite: 0, output: 80 }   # zeros when left out
 *           seconds: 2.5      # 0 when left out
 *
 * Turns are numbered from 1 within their job and round. Use `replace_text` and `write` in what is written by hand: the anchors that
 * `edit` wants depend on the content of the files.
 */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { CompactTurn, expandTurn } from './compact-turn.ts';
import { RecordedReply, type Recording } from './recording.ts';

const CompactJob = z.strictObject({
	job: z.string().min(1),
	round: z.number().int().min(1).default(1),
	arm: z.string().default('recorded/recorded'),
	turns: z.array(CompactTurn).min(1),
});

/**
 * A recording from its text, in either form.
 *
 * @param name what the text is called in messages, such as its file.
 * @throws Fault permanent, naming the line or the entry and what was expected.
 */
export function parseRecording(text: string, name: string): Recording {
	const recording = /^\s*\{/.test(text) ? parseLines(text, name) : parseYaml(text, name);
	const places = new Set<string>();
	for (const { job, round, turn } of recording) {
		const place = `${job}, round ${round}, turn ${turn}`;
		if (places.has(place)) throw new Fault('permanent', `${name}: there are two replies for ${place}`);
		places.add(place);
	}
	return recording;
}

function parseLines(text: string, name: string): Recording {
	return text.split('\n').flatMap((line, index) => {
		if (line.trim() === '') return [];
		let value: unknown;
		try {
			value = JSON.parse(line);
		} catch (cause) {
			throw new Fault('permanent', `${name}:${index + 1}: the line is not JSON`, { cause });
		}
		const parsed = RecordedReply.safeParse(value);
		if (parsed.success) return [parsed.data];
		throw new Fault('permanent', `${name}:${index + 1}: not a recorded reply\n${z.prettifyError(parsed.error)}`);
	});
}

function parseYaml(text: string, name: string): Recording {
	const document = parseDocument(text);
	const problem = document.errors[0];
	if (problem !== undefined) {
		const line = problem.linePos?.[0].line ?? 1;
		throw new Fault('permanent', `${name}:${line}: ${problem.message.split('\n')[0]}`, { cause: problem });
	}
	const parsed = z.array(CompactJob).safeParse(document.toJS());
	if (!parsed.success) throw new Fault('permanent', `${name}: not a recording\n${z.prettifyError(parsed.error)}`);
	return parsed.data.flatMap(({ job, round, arm, turns }) =>
		turns.map((turn, index) => {
			const place = { job, round, turn: index + 1 };
			return { ...place, arm, reply: expandTurn(turn, place) };
		}),
	);
}
