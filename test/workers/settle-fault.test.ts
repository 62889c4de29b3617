import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { settleFault } from '../../workers/settle-fault.ts';

const now = 1_000_000;

describe('settleFault', () => {
	it('tries a transient fault again, later each time, and then fails', () => {
		const fault = new Fault('transient', 'connection reset');
		expect(settleFault(fault, 'plan', 0, 2, now)).toMatchObject([{ type: 'job.faulted', retryAt: now + 2_000 }]);
		expect(settleFault(fault, 'plan', 1, 2, now)).toMatchObject([{ type: 'job.faulted', retryAt: now + 4_000 }]);
		expect(settleFault(fault, 'plan', 2, 2, now)).toMatchObject([
			{ type: 'job.faulted', retryAt: null },
			{ type: 'job.ended', outcome: 'failed', reason: 'connection reset' },
		]);
	});

	it('waits as long as the other side asked, without using up tries', () => {
		const limited = new Fault('delayed', 'rate limit', { retryAfterMs: 3_600_000 });
		expect(settleFault(limited, 'publish', 99, 2, now)).toMatchObject([
			{ type: 'job.faulted', fault: 'delayed', retryAt: now + 3_600_000 },
		]);
	});

	it('does not try again what cannot help', () => {
		expect(settleFault(new Fault('permanent', 'bad credentials'), 'publish', 0, 2, now)).toMatchObject([
			{ retryAt: null },
			{ outcome: 'failed' },
		]);
	});

	it('treats a bug like a transient fault, a bounded number of times', () => {
		expect(settleFault(new TypeError('x is not a function'), 'plan', 0, 1, now)).toMatchObject([
			{ fault: 'transient', message: 'TypeError: x is not a function' },
		]);
		expect(settleFault(new TypeError('x'), 'plan', 1, 1, now)).toHaveLength(2);
	});

	it('records nothing for a worker that lost its run', () => {
		const fenced = new Fault('fenced', 'lease lost');
		expect(() => settleFault(fenced, 'plan', 0, 2, now)).toThrow(fenced);
	});
});
