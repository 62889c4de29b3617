import { createFactory, everyLane } from '../factory.ts';
import { webhookPath } from '../server.ts';
import { type Environment, readSettings } from '../settings.ts';
import { exit, type Output } from './output.ts';
import { stopSignal } from './stop-signal.ts';

const graceMs = 5_000;

/**
 * `dark-factory start`: takes deliveries in and, unless told not to, works on them. Returns when the process is told to stop; jobs
 * that were running are taken up at the next start.
 */
export async function start(environment: Environment, work: 'work' | 'intake-only', output: Output): Promise<number> {
	const settings = readSettings(environment, 'app');
	const stop = stopSignal();
	const factory = await createFactory(settings, environment);
	try {
		if (work === 'work') {
			// Refuses now rather than at the first job, when nobody is looking.
			const { report } = await factory.sandbox();
			factory.log.info({ sandbox: report.name, ok: report.ok }, 'sandbox chosen');
		}
		const server = await factory.serve();
		output.err(`Listening on ${server.url}; deliveries go to ${server.url}${webhookPath}`);
		if (work === 'work') await factory.work(everyLane);
		await stop;
		await server.close(graceMs);
	} finally {
		await factory.close();
	}
	return exit.done;
}
