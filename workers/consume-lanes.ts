import type { Consumer, Lane, Queue } from '../src/ports/queue.ts';

/** Deliveries handled at once in one process. */
const deliveryHands = 4;

/**
 * Works on these lanes, at most `concurrency` wakes of runs at once. Deliveries have hands of their own: a run holds its hand for as long
 * as its job lasts, and a `/factory stop` must not wait for the very runs that it is about.
 */
export function consumeLanes(
	queue: Pick<Queue, 'consume'>,
	lanes: readonly Lane[],
	concurrency: number,
	handler: Parameters<Queue['consume']>[2],
): Consumer {
	const ofRuns = lanes.filter((lane) => lane !== 'delivery');
	const consumers: Consumer[] = [];
	if (ofRuns.length > 0) consumers.push(queue.consume(ofRuns, concurrency, handler));
	if (ofRuns.length < lanes.length) consumers.push(queue.consume(['delivery'], deliveryHands, handler));
	return {
		close: async () => {
			await Promise.all(consumers.map((consumer) => consumer.close()));
		},
	};
}
