import { formatUsd } from '../core/amounts.ts';
import { outcomeText } from '../core/outcome.ts';
import { formatRepository } from '../core/subject.ts';
import type { RunStore } from '../ports/run-store.ts';
import { exit, type Output } from './output.ts';
import { textTable } from './text-table.ts';

/** `dark-factory status`: the newest runs of this data directory. */
export async function status(store: RunStore, limit: number, output: Output): Promise<number> {
	const runs = await store.list({ limit });
	if (output.format === 'json') {
		output.out(JSON.stringify(runs, null, 2));
		return exit.done;
	}
	if (runs.length === 0) {
		output.out('No runs yet. Label an issue, or try `dark-factory run --repo PATH --issue TEXT`.');
		return exit.done;
	}
	const { colors } = output;
	output.out(
		textTable(
			[
				['run', 'about', 'workflow', 'state', 'cost', 'started', 'by'],
				...runs.map((run) => [
					run.id,
					`${formatRepository(run.repository)}#${run.subject.number}`,
					run.workflow,
					run.outcome === null ? colors.cyan(run.status) : outcomeText[run.outcome],
					formatUsd(run.usd),
					new Date(run.createdAt).toISOString().slice(0, 16).replace('T', ' '),
					run.requester,
				]),
			],
			[4],
		),
	);
	return exit.done;
}
