import { afterEach, expect, test } from 'vitest';
import { MemoryQueue } from '../../src/adapters/memory/memory-queue.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { Lane, Wake } from '../../src/ports/queue.ts';
import { consumeLanes } from '../../workers/consume-lanes.ts';
import { silentLog } from '../support/silent-log.ts';

const queue = new MemoryQueue(systemClock, silentLog);

afterEach(() => queue.close());

test('a delivery is taken in hand while every hand for runs is busy', async () => {
	const stopped = Promise.withResolvers<void>();
	const handled: Wake[] = [];
	const lanes: Lane[] = ['host', 'implement', 'delivery'];
	const consumer = consumeLanes(queue, lanes, 1, async (wake) => {
		handled.push(wake);
		if (wake.lane === 'delivery') stopped.resolve();
		else await stopped.promise;
	});
	await queue.wake({ lane: 'implement', id: 'run' });
	await queue.wake({ lane: 'host', id: 'another' });
	await queue.wake({ lane: 'delivery', id: 'stop' });
	await stopped.promise;
	expect(handled.map(({ id }) => id)).toEqual(['run', 'stop']);
	await consumer.close();
});
