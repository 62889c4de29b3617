/**
 * A whole factory with recorded models, in a process of its own, started by `factory-process.ts`. Given a kill point, it kills itself
 * there with SIGKILL: nothing is flushed, closed or given back.
 */
import { readFileSync } from 'node:fs';
import { parseRecording } from '../../src/adapters/replay/parse-recording.ts';
import { createReplayModels } from '../../src/adapters/replay/replay-models.ts';
import type { JournalEvent } from '../../src/core/journal.ts';
import { createFactory, everyLane, type Factory } from '../../src/factory.ts';
import { readSettings } from '../../src/settings.ts';
import { isAt, KillPoint } from './kill-point.ts';

const [recording = '', point] = process.argv.slice(2);
// The parent is gone.
process.once('disconnect', () => process.exit());
const models = createReplayModels(parseRecording(readFileSync(recording, 'utf8'), recording));
const factory = await createFactory(readSettings(process.env, 'app'), process.env, { models });
if (point !== undefined) dieAt(KillPoint.parse(JSON.parse(point)), factory);
await factory.sandbox();
const server = await factory.serve();
process.send?.({ url: server.url });
await factory.work(everyLane);

function dieAt(point: KillPoint, { runs }: Factory): void {
	let left = point.nth ?? 1;
	async function act<T>(events: readonly JournalEvent[], write: () => Promise<T>): Promise<T> {
		const here = events.filter((event) => isAt(point, event)).length;
		left -= here;
		const isNow = here > 0 && left <= 0;
		if (isNow && point.when === 'before') return die();
		const written = await write();
		return isNow ? die() : written;
	}
	const append = runs.append.bind(runs);
	runs.append = (lease, expectedSeq, at, events) => act(events, () => append(lease, expectedSeq, at, events));
	const create = runs.create.bind(runs);
	runs.create = (run) => act([run.created], () => create(run));
}

function die(): Promise<never> {
	process.kill(process.pid, 'SIGKILL');
	return new Promise(() => {});
}
