import { Fault } from '../src/core/fault.ts';
import { formatStatusComment } from '../src/core/status-comment.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Forges } from '../src/ports/forge.ts';
import type { Log } from '../src/ports/log.ts';
import type { RunExecutor } from './execute-run.ts';
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
	/** Settles when the write under way has ended; never rejects. */
	writing: Promise<void> | null;
}

/**
 * Keeps each run's status comment and label in step with its journal. While the run works, an edit is made at most every few
 * seconds and only when something changed, and no fault of it disturbs the work; when it comes to rest, the comment says so at once.
 * The last word is made sure of. One write at a time, so that none can undo a later one or make a second comment.
 * @throws Fault when the last word cannot be written now; the run then stays open and is taken up again.
 */
export function createReporter(kit: { forges: Forges; clock: Clock; log: Log }): RunExecutor['report'] {
	const told = new Map<string, Told>();

	async function write(session: RunSession): Promise<void> {
		const { frozen, id } = session.state;
		const forge = await kit.forges.open(frozen.repository, frozen.installation);
		const report = await reportStatus(forge, session.state, links);
		if (report.kind === 'refused') kit.log.warn({ run: id, reason: report.reason }, 'status could not be shown');
	}

	async function tryToWrite(session: RunSession, known: Told): Promise<void> {
		const body = formatStatusComment(session.state, links);
		if (body === known.body) return;
		try {
			await write(session);
			known.body = body;
		} catch (error) {
			kit.log.warn({ run: session.state.id, err: error }, 'status could not be shown; it will be tried again');
		} finally {
			known.at = kit.clock.now();
		}
	}

	async function writeLast(session: RunSession): Promise<void> {
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
	}

	return async (session, when) => {
		const known = told.get(session.state.id) ?? { body: '', at: Number.NEGATIVE_INFINITY, writing: null };
		told.set(session.state.id, known);
		if (when === 'meanwhile' && (known.writing !== null || kit.clock.now() - known.at < gapMs)) return;
		while (known.writing !== null) await known.writing;
		if (when === 'last') {
			told.delete(session.state.id);
			return writeLast(session);
		}
		known.writing = tryToWrite(session, known).finally(() => {
			known.writing = null;
		});
		await known.writing;
	};
}
