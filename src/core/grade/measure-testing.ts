import { changesFiles } from '../trajectory/changes-files.ts';
import { splitCommand } from '../trajectory/command-parts.ts';
import { fileKind, stemOf } from '../trajectory/file-kind.ts';
import type { StepOf } from '../trajectory/step.ts';
import { isTestPart } from '../trajectory/test-command.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import { type Measured, notApplicable, shareOf } from './metric.ts';

/** Changed source files: the share of those which a test that covers them was run for after their last change. */
export function measureRightTests(trajectory: Trajectory): Measured {
	const { steps } = trajectory;
	const last = new Map<string, number>();
	for (const [at, step] of steps.entries()) {
		if (step.kind !== 'edited') continue;
		for (const { path } of step.files) if (fileKind(path) === 'source') last.set(path, at);
	}
	const seqOf = (at: number) => steps[at]?.seq ?? 0;
	const untested = [...last].filter(
		([path, at]) => !steps.slice(at + 1).some((step) => step.kind === 'ran' && covers(trajectory, step, path)),
	);
	return shareOf(
		[...last.values()].map(seqOf),
		untested.map(([, at]) => seqOf(at)),
	);
}

/**
 * 1 when the last change of files was followed by a test run that passed, and no later one failed; else 0. Not applicable when only
 * prose was changed, or nothing.
 */
export function measureVerifiedEnd({ steps }: Trajectory): Measured {
	const change = steps.findLastIndex(changesFiles);
	const edited = steps.flatMap((step) => (step.kind === 'edited' ? step.files : []));
	const byCommand = steps.some((step) => step.kind === 'ran' && changesFiles(step));
	if (change === -1 || (!byCommand && edited.every(({ path }) => fileKind(path) === 'prose'))) return notApplicable;
	const runs = steps
		.slice(change + 1)
		.filter((step): step is StepOf<'ran'> => step.kind === 'ran' && step.test !== 'none');
	const final = runs.at(-1);
	const events = [steps[change]?.seq ?? 0, ...(final === undefined ? [] : [final.seq])];
	return { value: final?.test === 'passed' ? 1 : 0, count: 1, events };
}

/** A whole suite, a planned test and a command of the config cover everything; a run of named files covers their namesakes and neighbours. */
function covers({ known, blueprint }: Trajectory, run: StepOf<'ran'>, path: string): boolean {
	if (run.test === 'none') return false;
	const planned = new Set((blueprint?.tests ?? []).map(({ command }) => command));
	for (const part of splitCommand(run.command).parts) {
		if (!isTestPart(part, known)) continue;
		if (known.has(part) || planned.has(part)) return true;
		const named = part
			.split(' ')
			.filter((word) => word.length < 500 && /\.\w+$|\//.test(word) && !word.startsWith('-'));
		const paths = named.map((word) => word.replace(/^['"]?(?:\.\/)?|['"]$/g, '').replace(/::.*$/, ''));
		const tested = paths.filter((word) => fileKind(word) === 'test' || word === path);
		if (tested.length === 0) return true;
		const stem = stemOf(path);
		if (tested.some((word) => stemOf(word) === stem || directoryOf(word) === directoryOf(path))) return true;
	}
	return false;
}

function directoryOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
