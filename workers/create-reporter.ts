import { Fault } from '../src/core/fault.ts';
import { formatStatusComment } from '../src/core/status-comment.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Forges } from '../src/ports/forge.ts';
import type { Log } from '../src/ports/log.ts';
import { reportStatus } from './report-status.ts';
import type { RunSession } from './run-session.ts';

/** Shortest time between two edits of one status comment while a run works, ms: GitHub asks for few writes. */
const gapMs = 3_000;
/** Tries of the last word before the run is let rest until the next sweep. */
const lastTries = 3;
const links = { run: null };

interface Told {
	body: string;
	at: number;
	writing: boolean;
}

/**
 * Keeps each run's status comment and label in step with its journal. While the run works, an edit is made at most every few
 * seconds and only when something changed, and no fault of it disturbs the work. The last word is made sure of.
 * @throws Fault when the last word cannot be written now; the run then stays open and is taken up again.
 */
export function createReporter(kit: {
	forges: Forges;
	clock: Clock;
	log: Log;
}): (session: RunSession, when: 'meanwhile' | 'last') => Promise<void> {
	const told = new WeakMap<RunSession, Told>();

	async function write(session: RunSession): Promise<void> {
		const { frozen, id } = session.state;
		const forge = await kit.forges.open(frozen.repository, frozen.installation);
		const report = await reportStatus(forge, session.state, links);
		if (report.kind === 'refused') kit.log.warn({ run: id, reason: report.reason }, 'status could not be shown');
	}

	async function tellMeanwhile(session: RunSession): Promise<void> {
		const known = told.get(session) ?? { body: '', at: Number.NEGATIVE_INFINITY, writing: false };
		told.set(session, known);
		const body = formatStatusComment(session.state, links);
		if (known.writing || body === known.body || kit.clock.now() - known.at < gapMs) return;
		known.writing = true;
		try {
			await write(session);
			known.body = body;
		} catch (error) {
			kit.log.warn({ run: session.state.id, err: error }, 'status could not be shown; it will be tried again');
		} finally {
			known.at = kit.clock.now();
			known.writing = false;
		}
	}

	return async (session, when) => {
		if (when === 'meanwhile') return tellMeanwhile(session);
		for (let tries = 1; ; tries += 1) {
			try {
				return await write(session);
			} catch (error) {
				if (error instanceof Fault && error.kind === 'permanent') {
					kit.log.warn({ run: session.state.id, err: error }, 'nobody can be told how the run ended');
					return;
				}
				if (tries >= lastTries) throw error;
				await kit.clock.sleep(1_000 * tries);
			}
		}
	};
}
