import { type Role, roles } from '../core/role.ts';
import { createFactory, everyLane } from '../factory.ts';
import type { Lane } from '../ports/queue.ts';
import { type Environment, readSettings } from '../settings.ts';
import { exit, type Output } from './output.ts';
import { stopSignal } from './stop-signal.ts';

/** `dark-factory worker [--only ROLE]`: works on jobs of the shared store and queue, without taking deliveries in. */
export async function work(environment: Environment, only: readonly string[], output: Output): Promise<number> {
	const settings = readSettings(environment, 'app');
	const lanes = lanesOf(only);
	if (lanes === null) {
		output.err(`--only takes ${[...roles, 'host', 'delivery'].join(', ')}; it was given ${only.join(', ')}.`);
		return exit.wrongUse;
	}
	if (settings.redisUrl === null) {
		output.err('A worker beside other processes needs REDIS_URL; without it, `dark-factory start` does all the work.');
		return exit.wrongUse;
	}
	const stop = stopSignal();
	const factory = await createFactory(settings, environment);
	try {
		await factory.sandbox();
		await factory.work(lanes);
		output.err(`Working on ${lanes.join(', ')}.`);
		await stop;
	} finally {
		await factory.close();
	}
	return exit.done;
}

function lanesOf(only: readonly string[]): readonly Lane[] | null {
	if (only.length === 0) return everyLane;
	const known = (name: string): name is Role | 'host' | 'delivery' => everyLane.some((lane) => lane === name);
	return only.every(known) ? only : null;
}
