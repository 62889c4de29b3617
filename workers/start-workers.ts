import type { Clock } from '../src/ports/clock.ts';
import type { Delivery, DeliveryStore } from '../src/ports/delivery-store.ts';
import type { Ids } from '../src/ports/ids.ts';
import type { Log } from '../src/ports/log.ts';
import type { Consumer, Lane, Queue } from '../src/ports/queue.ts';
import type { RunRow, RunStore } from '../src/ports/run-store.ts';
import { buildJobContext } from './build-job-context.ts';
import { consumeLanes } from './consume-lanes.ts';
import { createReporter } from './create-reporter.ts';
import { processDelivery } from './delivery.ts';
import { executeJob, type JobExecutor } from './execute-job.ts';
import { executeRun, type RunExecutor } from './execute-run.ts';
import type { JobKit } from './job-kit.ts';
import { stages } from './stages.ts';
import { sweepUntilStopped } from './sweep.ts';

export interface WorkerProcess {
	runs: RunStore;
	deliveries: DeliveryStore;
	queue: Queue;
	clock: Clock;
	ids: Ids;
	log: Log;
	kit: JobKit;
	/** Names this process in journals. */
	worker: string;
	/** Runs worked on at once. */
	concurrency: number;
	sweepMs: number;
	/** Which runs this process works on. */
	serves(run: RunRow): boolean;
	/** Does what a delivery asks for and returns what came of it. */
	receive(delivery: Delivery): Promise<string>;
	redact(text: string): string;
}

/** Works on wakes of these lanes until closed, and sweeps up what was forgotten. Rejects when the first sweep cannot read the store. */
export async function startWorkers(parts: WorkerProcess, lanes: readonly Lane[]): Promise<Consumer> {
	const { runs, deliveries, queue, clock, ids, log, kit, worker, redact } = parts;
	const jobs: JobExecutor = {
		clock,
		worker,
		redact,
		stage: (uses) => stages[uses],
		context: (session, job, signal) => buildJobContext(kit, session, job, signal),
	};
	const executor: RunExecutor = {
		store: runs,
		queue,
		clock,
		log,
		lanes,
		owner: () => `${worker}-${ids.token()}`,
		report: createReporter({ forges: kit.forges, clock, log }),
		execute: (session, job, stop) => executeJob(jobs, session, job, stop),
	};
	const consumer = consumeLanes(queue, lanes, parts.concurrency, async (wake, signal) => {
		if (wake.lane === 'delivery') {
			return processDelivery({ deliveries, queue, clock, log, process: parts.receive }, wake.id);
		}
		const row = await runs.find(wake.id);
		if (row !== null && parts.serves(row)) await executeRun(executor, wake.id, signal);
	});
	try {
		const stopSweeping = await sweepUntilStopped({ runs, deliveries, queue, clock, log }, lanes, parts.sweepMs);
		return {
			close: async () => {
				stopSweeping();
				await consumer.close();
			},
		};
	} catch (error) {
		await consumer.close();
		throw error;
	}
}
