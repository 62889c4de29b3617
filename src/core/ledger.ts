import type { JournalEntry } from './journal.ts';
import { parseNote } from './note-kind.ts';
import { changesFiles } from './trajectory/changes-files.ts';
import { bare } from './trajectory/command-parts.ts';
import { fileKind } from './trajectory/file-kind.ts';
import { gatherTrajectory } from './trajectory/gather-trajectory.ts';
import type { Step, StepOf } from './trajectory/step.ts';
import type { Trajectory } from './trajectory/trajectory.ts';

export interface Hypothesis {
	text: string;
	verdict: 'open' | 'refuted' | 'confirmed';
	/** What was said when it was judged; null while it is open. */
	because: string | null;
	/** Journal entries: where it was made, and where it was judged. */
	events: number[];
}

export interface KnownTest {
	command: string;
	/** Who ran it last. */
	by: 'agent' | 'host';
	status: 'passed' | 'failed' | 'unknown';
	/** The failure, with times and numbers taken out; null when it did not fail. */
	signature: string | null;
	/** Whether files changed since. */
	stale: boolean;
	seq: number;
}

/** A change that did not make a test pass. */
export interface FailedTry {
	files: string[];
	command: string;
	signature: string;
	seq: number;
}

/**
 * What an agent that starts again must not have forgotten. Derived from the journal, never summarised by a model, so that nothing can be
 * paraphrased away: a constraint stays the sentence that was written, a refuted hypothesis stays refuted.
 */
export interface Ledger {
	/** Sentences that bind the change, verbatim. */
	constraints: string[];
	plan: string[];
	hypotheses: Hypothesis[];
	failedTries: FailedTry[];
	/** Decisions and findings, oldest first. */
	notes: { kind: 'decision' | 'finding'; text: string; seq: number }[];
	questions: { text: string; seq: number }[];
	/** In the order in which they were first met. */
	files: { path: string; state: 'seen' | 'changed' | 'created' }[];
	tests: KnownTest[];
	/** Commands that failed twice or more in the same way, and never succeeded since. */
	doNotRepeat: { command: string; times: number; signature: string }[];
}

/** The ledger of one job's agents from the entries before `beforeSeq`: the same entries give the same ledger for ever. */
export function foldLedger(entries: readonly JournalEntry[], job: string, beforeSeq: number): Ledger {
	const own = entries.filter(
		({ seq, event }) =>
			seq < beforeSeq &&
			(!('job' in event) || event.job === job || event.type === 'job.ended' || event.type === 'evidence.recorded'),
	);
	const trajectory = gatherTrajectory(own);
	const { steps, blueprint } = trajectory;
	return {
		constraints: blueprint?.constraints ?? [],
		plan: blueprint?.steps ?? [],
		...foldNotes(own),
		failedTries: findFailedTries(steps),
		files: listFiles(steps),
		tests: listTests(trajectory, own),
		doNotRepeat: findHopeless(steps),
	};
}

function foldNotes(entries: readonly JournalEntry[]): Pick<Ledger, 'hypotheses' | 'notes' | 'questions'> {
	const hypotheses: Hypothesis[] = [];
	const notes: Ledger['notes'] = [];
	let questions: Ledger['questions'] = [];
	for (const { seq, event } of entries) {
		if (event.type !== 'agent.noted') continue;
		const { kind, text } = parseNote(event.text);
		switch (kind) {
			case 'hypothesis':
				if (!hypotheses.some((known) => known.text === text)) {
					hypotheses.push({ text, verdict: 'open', because: null, events: [seq] });
				}
				break;
			case 'refuted':
			case 'confirmed': {
				const known = findJudged(hypotheses, text);
				if (known === null) hypotheses.push({ text, verdict: kind, because: null, events: [seq] });
				else {
					known.verdict = kind;
					known.because = text;
					known.events.push(seq);
				}
				break;
			}
			case 'question':
				questions.push({ text, seq });
				break;
			case 'answer': {
				const answered = findJudged(questions, text);
				questions = questions.filter((question) => question !== answered);
				notes.push({ kind: 'finding', text, seq });
				break;
			}
			default:
				if (!notes.some((known) => known.text === text)) notes.push({ kind, text, seq });
		}
	}
	return { hypotheses, notes, questions };
}

/** Test runs that failed although something else than tests was changed before, by what was changed since the run before. */
function findFailedTries(steps: readonly Step[]): FailedTry[] {
	const tries: FailedTry[] = [];
	let changed = new Set<string>();
	for (const step of steps) {
		if (step.kind === 'edited') for (const { path } of step.files) changed.add(path);
		if (step.kind !== 'ran' || step.test === 'none') continue;
		const files = [...changed];
		changed = new Set();
		if (step.test !== 'failed' || step.failure === null) continue;
		if (files.every((path) => fileKind(path) === 'test')) continue;
		tries.push({ files, command: bare(step.command), signature: step.failure.signature, seq: step.seq });
	}
	return tries;
}

function listFiles(steps: readonly Step[]): Ledger['files'] {
	const files = new Map<string, 'seen' | 'changed' | 'created'>();
	for (const step of steps) {
		if (step.kind === 'saw') for (const { path } of step.files) files.set(path, files.get(path) ?? 'seen');
		if (step.kind !== 'edited') continue;
		for (const { path, created } of step.files) {
			files.set(path, created || files.get(path) === 'created' ? 'created' : 'changed');
		}
	}
	return [...files].map(([path, state]) => ({ path, state }));
}

function listTests({ steps }: Trajectory, entries: readonly JournalEntry[]): KnownTest[] {
	const tests = new Map<string, KnownTest>();
	const lastChange = steps.findLast(changesFiles)?.seq ?? 0;
	for (const step of steps) {
		if (step.kind !== 'ran' || step.test === 'none') continue;
		const command = bare(step.command);
		const { test, seq } = step;
		const signature = step.failure?.signature ?? null;
		tests.set(command, { command, by: 'agent', status: test, signature, stale: seq < lastChange, seq });
	}
	for (const { seq, event } of entries) {
		if (event.type !== 'evidence.recorded') continue;
		for (const { on, command, verdict, excerpt } of event.evidence.records) {
			if (on !== 'head') continue;
			const known = tests.get(bare(command));
			if (known !== undefined && known.seq > seq) continue;
			const status = verdict === 'as_expected' ? 'passed' : 'failed';
			const signature = status === 'passed' ? null : (excerpt.trim().split('\n').at(-1) ?? '');
			tests.set(bare(command), { command: bare(command), by: 'host', status, signature, stale: seq < lastChange, seq });
		}
	}
	return [...tests.values()];
}

function findHopeless(steps: readonly Step[]): Ledger['doNotRepeat'] {
	const failures = new Map<string, { command: string; times: number; signature: string }>();
	const runs = steps.filter((step): step is StepOf<'ran'> => step.kind === 'ran');
	for (const { command, failure, exitCode } of runs) {
		const plain = bare(command);
		if (failure === null) {
			for (const [key, known] of failures) if (known.command === plain) failures.delete(key);
			continue;
		}
		const key = `${plain}\0${failure.signature}`;
		const times = (failures.get(key)?.times ?? 0) + 1;
		failures.set(key, {
			command: plain,
			times,
			signature: failure.signature === '' ? `exit ${exitCode}` : failure.signature,
		});
	}
	return [...failures.values()].filter(({ times }) => times >= 2);
}

/**
 * The newest of the notes that a later one judges: the judgement holds every number and name with a digit of it, and most of its
 * longer words. When none is close enough, nothing is judged: a wrong match would refute what was never tried.
 */
function findJudged<T extends { text: string }>(notes: readonly T[], judgement: string): T | null {
	const said = wordsOf(judgement);
	let best: T | null = null;
	let most = 0.75;
	for (const note of notes) {
		const words = [...wordsOf(note.text)];
		if (words.some((word) => /\d/.test(word) && !said.has(word))) continue;
		const long = words.filter((word) => word.length >= 3);
		const share = long.length === 0 ? 0 : long.filter((word) => said.has(word)).length / long.length;
		if (share < most) continue;
		most = share;
		best = note;
	}
	return best;
}

function wordsOf(text: string): Set<string> {
	return new Set(text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []);
}
