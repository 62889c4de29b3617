import { beforeEach, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../src/core/journal.ts';
import type { Lease, RunStore } from '../../src/ports/run-store.ts';
import { newRun } from '../support/new-run.ts';

const ttl = 1_000;

function started(job: string): JournalEvent {
	return { type: 'job.started', job, attempt: 1, round: 1, worker: 'w' };
}

function spent(usd: number | null): JournalEvent {
	return { type: 'model.failed', job: 'plan', turn: 1, arm: 'a/b', fault: 'transient', message: '503', usd };
}

function received(id: string): JournalEvent {
	return { type: 'signal.received', id, signal: { name: 'look', by: 'github', reason: 'check_run' } };
}

/** What every run store promises. `open` gives an empty one; two calls give two stores that share nothing. */
export function runStoreContract(open: () => Promise<RunStore>): void {
	let store: RunStore;

	beforeEach(async () => {
		store = await open();
	});

	async function leased(run: string, owner = 'one'): Promise<Lease> {
		const lease = await store.acquire(run, owner, 1_000, ttl);
		if (lease === null) throw new Error(`no lease of ${run} for ${owner}`);
		return lease;
	}

	describe('creating runs', () => {
		it('stores the run with its first journal entry', async () => {
			const run = newRun({ id: 'r1', createdAt: 5_000 });
			expect(await store.create(run)).toEqual({ kind: 'created' });
			expect(await store.find('r1')).toEqual({
				id: 'r1',
				repository: { owner: 'acme', name: 'widgets' },
				subject: { kind: 'issue', number: 1 },
				workflow: 'issue-to-pr',
				requester: 'ada',
				status: 'active',
				outcome: null,
				createdAt: 5_000,
				updatedAt: 5_000,
				usd: 0,
			});
			expect(await store.read('r1')).toEqual([{ run: 'r1', seq: 1, at: 5_000, event: run.created }]);
		});

		it('knows nothing of runs that were not created', async () => {
			expect(await store.find('r0')).toBeNull();
			expect(await store.read('r0')).toEqual([]);
			expect(await store.inbox('r0')).toEqual([]);
			await expect(store.acquire('r0', 'one', 0, ttl)).rejects.toMatchObject({ kind: 'permanent' });
		});

		it('creates one of twenty runs that are asked for at once and names it to the others', async () => {
			const asked = Array.from({ length: 20 }, (_, index) => newRun({ id: `r${index}` }));
			const answers = await Promise.all(asked.map((run) => store.create(run)));
			const winner = asked[answers.findIndex((answer) => answer.kind === 'created')]?.id;
			expect(answers.filter((answer) => answer.kind === 'created')).toHaveLength(1);
			for (const answer of answers) {
				if (answer.kind === 'already_active') expect(answer.run).toBe(winner);
			}
			expect(await store.list({ limit: 50 })).toHaveLength(1);
		});

		it('holds the key until the run is closed, not only ended', async () => {
			await store.create(newRun({ id: 'r1' }));
			const lease = await leased('r1');
			await store.append(lease, 1, 2_000, [{ type: 'run.ended', outcome: 'done', reason: '' }]);
			expect(await store.create(newRun({ id: 'r2' }))).toEqual({ kind: 'already_active', run: 'r1' });
			await store.append(lease, 2, 2_000, [{ type: 'run.closed' }]);
			expect(await store.create(newRun({ id: 'r2' }))).toEqual({ kind: 'created' });
		});

		it('refuses an id that is taken and keeps the run that has it', async () => {
			await store.create(newRun({ id: 'r1' }));
			const other = newRun({ id: 'r1', subject: { kind: 'issue', number: 2 }, requester: 'eve' });
			await expect(store.create(other)).rejects.toMatchObject({ name: 'Fault', kind: 'permanent' });
			expect(await store.find('r1')).toMatchObject({ requester: 'ada', subject: { number: 1 } });
		});
	});

	describe('lists and limits', () => {
		beforeEach(async () => {
			for (let number = 1; number <= 4; number++) {
				const requester = number % 2 === 0 ? 'ada' : 'bob';
				await store.create(
					newRun({ id: `r${number}`, subject: { kind: 'issue', number }, requester, createdAt: number * 100 }),
				);
			}
			await store.create(
				newRun({
					id: 'r5',
					repository: { owner: 'acme', name: 'gears' },
					subject: { kind: 'pull_request', number: 1 },
					createdAt: 500,
				}),
			);
			const lease = await leased('r2');
			await store.append(lease, 1, 900, [{ type: 'run.ended', outcome: 'failed', reason: '' }, { type: 'run.closed' }]);
			await store.append(await leased('r3'), 1, 900, [{ type: 'run.ended', outcome: 'done', reason: '' }]);
		});

		async function ids(filter: Parameters<RunStore['list']>[0]): Promise<string[]> {
			return (await store.list(filter)).map((run) => run.id);
		}

		it('lists the newest first, as many as asked for', async () => {
			expect(await ids({ limit: 3 })).toEqual(['r5', 'r4', 'r3']);
		});

		it('filters by repository as GitHub compares names, by subject and by status', async () => {
			expect(await ids({ repository: { owner: 'ACME', name: 'Gears' }, limit: 9 })).toEqual(['r5']);
			expect(await ids({ subject: { kind: 'issue', number: 1 }, limit: 9 })).toEqual(['r1']);
			expect(await ids({ status: 'closed', limit: 9 })).toEqual(['r2']);
			expect(await ids({ repository: { owner: 'acme', name: 'widgets' }, status: 'active', limit: 9 })).toEqual([
				'r4',
				'r1',
			]);
		});

		it('finds everything that a restart has to wake, oldest first', async () => {
			expect((await store.unfinished()).map((run) => run.id)).toEqual(['r1', 'r3', 'r4', 'r5']);
		});

		it('counts runs since a time by repository and requester', async () => {
			expect(await store.countSince(0, {})).toBe(5);
			expect(await store.countSince(200, { repository: { owner: 'acme', name: 'WIDGETS' } })).toBe(3);
			expect(await store.countSince(0, { requester: 'Bob' })).toBe(2);
			expect(await store.countSince(501, {})).toBe(0);
		});
	});

	describe('what is due', () => {
		beforeEach(async () => {
			await store.create(newRun({ id: 'r1' }));
		});

		it('is a new run, until somebody takes it', async () => {
			expect(await store.due(1_000)).toEqual(['r1']);
			await store.acquire('r1', 'worker', 1_000, 500);
			expect(await store.due(1_400)).toEqual([]);
		});

		it('is a run whose worker died, once its lease has ended', async () => {
			await store.acquire('r1', 'worker', 1_000, 500);
			expect(await store.due(1_500)).toEqual(['r1']);
		});

		it('is a resting run at its time and not before', async () => {
			await store.release(await leased('r1'), 5_000);
			expect(await store.due(4_999)).toEqual([]);
			expect(await store.due(5_000)).toEqual(['r1']);
		});

		it('is a run that rests for ever as soon as a signal is posted, until it is taken', async () => {
			await store.release(await leased('r1'), null);
			expect(await store.due(Number.MAX_SAFE_INTEGER - 1)).toEqual([]);
			const signal = { name: 'approve' as const, by: 'ada', reason: '' };
			await store.post('r1', { id: 's1', signal }, 2_000);
			expect(await store.due(2_000)).toEqual(['r1']);
			const lease = await leased('r1');
			await store.append(lease, 1, 2_000, [{ type: 'signal.received', id: 's1', signal }]);
			await store.release(lease, null);
			expect(await store.due(3_000)).toEqual([]);
		});

		it('is no closed run', async () => {
			const lease = await leased('r1');
			await store.append(lease, 1, 2_000, [{ type: 'run.ended', outcome: 'done', reason: '' }, { type: 'run.closed' }]);
			await store.release(lease, 0);
			expect(await store.due(9_000)).toEqual([]);
		});
	});

	describe('the journal', () => {
		beforeEach(async () => {
			await store.create(newRun({ id: 'r1' }));
		});

		it('appends in order without gaps and reads from anywhere', async () => {
			const lease = await leased('r1');
			const entries = await store.append(lease, 1, 2_000, [started('triage'), started('plan')]);
			expect(entries.map((entry) => entry.seq)).toEqual([2, 3]);
			await store.append(lease, 3, 3_000, [started('verify')]);
			expect(await store.read('r1', 2)).toEqual([
				...entries,
				{ run: 'r1', seq: 4, at: 3_000, event: started('verify') },
			]);
			expect(await store.find('r1')).toMatchObject({ updatedAt: 3_000 });
		});

		it('gives back exactly what was appended, odd characters and large outputs included', async () => {
			const text = `NUL \0, lone surrogate \uD800, emoji 🏭, line\u2028separator, quote ' " \\ ${'x'.repeat(1_000_000)}`;
			const event: JournalEvent = { type: 'agent.told', job: 'implement', turn: 1, text };
			await store.append(await leased('r1'), 1, 2_000, [event]);
			expect((await store.read('r1', 2))[0]?.event).toEqual(event);
		});

		it('appends more entries at once than one statement can hold', async () => {
			const events = Array.from({ length: 2_500 }, (_, index) => started(`job-${index}`));
			await store.append(await leased('r1'), 1, 2_000, events);
			const entries = await store.read('r1', 2);
			expect(entries.map((entry) => entry.event)).toEqual(events);
			expect(entries.at(-1)?.seq).toBe(2_501);
		});

		it('sums the prices of model calls and leaves unpriced ones out', async () => {
			const lease = await leased('r1');
			const reply = {
				message: { role: 'assistant' as const, blocks: [], raw: null },
				stop: 'end_turn' as const,
				usage: null,
				model: 'b',
				requestId: null,
				durationMs: 1,
				firstTokenMs: null,
			};
			await store.append(lease, 1, 2_000, [
				{ type: 'model.responded', job: 'plan', turn: 1, arm: 'a/b', reply, usd: 0.25 },
				spent(0.5),
				spent(null),
			]);
			await store.append(lease, 4, 3_000, [spent(1)]);
			expect((await store.find('r1'))?.usd).toBeCloseTo(1.75, 9);
			await store.create(newRun({ id: 'r2', repository: { owner: 'acme', name: 'gears' } }));
			await store.append(await leased('r2'), 1, 3_000, [spent(8)]);
			expect(await store.spentSince(0, { owner: 'Acme', name: 'widgets' })).toBeCloseTo(1.75, 9);
			expect(await store.spentSince(2_001, { owner: 'acme', name: 'widgets' })).toBeCloseTo(1, 9);
			expect(await store.spentSince(3_001, { owner: 'acme', name: 'widgets' })).toBe(0);
		});

		it('keeps status and outcome in step', async () => {
			const lease = await leased('r1');
			await store.append(lease, 1, 2_000, [{ type: 'run.ended', outcome: 'needs_human', reason: 'tired' }]);
			expect(await store.find('r1')).toMatchObject({ status: 'ended', outcome: 'needs_human' });
			await store.append(lease, 2, 2_000, [{ type: 'run.closed' }]);
			expect(await store.find('r1')).toMatchObject({ status: 'closed', outcome: 'needs_human' });
		});

		it('fences an append that expects an older or a later entry, and writes nothing of it', async () => {
			const lease = await leased('r1');
			await store.append(lease, 1, 2_000, [started('triage')]);
			for (const expected of [0, 1, 3]) {
				await expect(store.append(lease, expected, 2_000, [spent(1)])).rejects.toMatchObject({ kind: 'fenced' });
			}
			expect(await store.read('r1')).toHaveLength(2);
			expect(await store.find('r1')).toMatchObject({ usd: 0 });
		});

		it('lets one of many concurrent appends after the same entry through', async () => {
			const lease = await leased('r1');
			const tries = Array.from({ length: 15 }, (_, index) => store.append(lease, 1, 2_000, [started(`job-${index}`)]));
			const settled = await Promise.allSettled(tries);
			expect(settled.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
			expect(await store.read('r1')).toHaveLength(2);
		});

		it('keeps the appends of different runs apart when they come at once', async () => {
			const runs = Array.from({ length: 10 }, (_, index) => `p${index}`);
			await Promise.all(
				runs.map(async (id, index) => {
					await store.create(newRun({ id, subject: { kind: 'issue', number: 100 + index } }));
					const lease = await leased(id);
					for (let seq = 1; seq <= 5; seq++) await store.append(lease, seq, 2_000, [started(`${id}-${seq}`)]);
				}),
			);
			for (const id of runs) {
				const jobs = (await store.read(id, 2)).map((entry) =>
					entry.event.type === 'job.started' ? entry.event.job : '',
				);
				expect(jobs).toEqual([1, 2, 3, 4, 5].map((seq) => `${id}-${seq}`));
			}
		});
	});

	describe('leases', () => {
		beforeEach(async () => {
			await store.create(newRun({ id: 'r1' }));
		});

		it('gives a run to one owner at a time', async () => {
			const first = await store.acquire('r1', 'one', 1_000, ttl);
			expect(first).toMatchObject({ run: 'r1', owner: 'one', expiresAt: 2_000 });
			expect(await store.acquire('r1', 'two', 1_999, ttl)).toBeNull();
			const second = await store.acquire('r1', 'two', 2_000, ttl);
			expect(second?.fence).toBeGreaterThan(first?.fence ?? Number.POSITIVE_INFINITY);
		});

		it('gives it to one of twenty that ask at once', async () => {
			const owners = Array.from({ length: 20 }, (_, index) => `owner-${index}`);
			const leases = await Promise.all(owners.map((owner) => store.acquire('r1', owner, 1_000, ttl)));
			expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
		});

		it('lets an owner take over its own, which fences its older self', async () => {
			const older = await leased('r1');
			const newer = await leased('r1');
			expect(newer.fence).toBeGreaterThan(older.fence);
			await expect(store.append(older, 1, 2_000, [started('plan')])).rejects.toMatchObject({ kind: 'fenced' });
			await expect(store.append(newer, 1, 2_000, [started('plan')])).resolves.toHaveLength(1);
		});

		it('renews what is still held, also after its time when nobody took it', async () => {
			const lease = await leased('r1');
			const renewed = await store.renew(lease, 1_500, ttl);
			expect(renewed).toEqual({ ...lease, expiresAt: 2_500 });
			expect(await store.acquire('r1', 'two', 2_499, ttl)).toBeNull();
			expect(await store.renew(renewed, 9_000, ttl)).toMatchObject({ expiresAt: 10_000 });
		});

		it('fences renewal, append and release of a lease that another owner has taken', async () => {
			const lost = await leased('r1');
			const held = await store.acquire('r1', 'two', 5_000, ttl);
			await expect(store.renew(lost, 5_000, ttl)).rejects.toMatchObject({ name: 'Fault', kind: 'fenced' });
			await expect(store.append(lost, 1, 5_000, [started('plan')])).rejects.toMatchObject({
				name: 'Fault',
				kind: 'fenced',
			});
			await store.release(lost, 0);
			expect(await store.acquire('r1', 'three', 5_001, ttl)).toBeNull();
			expect(held?.owner).toBe('two');
		});

		it('frees a run on release, and the released lease may do nothing more', async () => {
			const lease = await leased('r1');
			await store.release(lease, 0);
			await expect(store.append(lease, 1, 1_100, [started('plan')])).rejects.toMatchObject({ kind: 'fenced' });
			const next = await store.acquire('r1', 'two', 1_100, ttl);
			expect(next?.fence).toBeGreaterThan(lease.fence);
		});
	});

	describe('the inbox', () => {
		const look = { name: 'look', by: 'github', reason: 'check_run' } as const;

		beforeEach(async () => {
			await store.create(newRun({ id: 'r1' }));
		});

		it('keeps signals in the order of posting until the journal has received them', async () => {
			for (const id of ['b', 'a', 'c'])
				expect(await store.post('r1', { id, signal: { ...look, reason: id } }, 1)).toBe(true);
			expect((await store.inbox('r1')).map((posted) => posted.id)).toEqual(['b', 'a', 'c']);
			await store.append(await leased('r1'), 1, 2_000, [received('b'), received('c')]);
			expect(await store.inbox('r1')).toEqual([{ id: 'a', signal: { ...look, reason: 'a' } }]);
		});

		it('ignores an id that was posted before, also when it was received long since', async () => {
			await store.post('r1', { id: 'a', signal: look }, 1);
			expect(await store.post('r1', { id: 'a', signal: { ...look, name: 'stop' } }, 2)).toBe(true);
			expect(await store.inbox('r1')).toEqual([{ id: 'a', signal: look }]);
			await store.append(await leased('r1'), 1, 2_000, [received('a')]);
			await store.post('r1', { id: 'a', signal: look }, 3);
			expect(await store.inbox('r1')).toEqual([]);
		});

		it('leaves a signal in the inbox when the append that would receive it is fenced', async () => {
			await store.post('r1', { id: 'a', signal: look }, 1);
			const lost = await leased('r1');
			await leased('r1');
			await expect(store.append(lost, 1, 2_000, [received('a')])).rejects.toMatchObject({ kind: 'fenced' });
			expect(await store.inbox('r1')).toHaveLength(1);
		});

		it('takes twenty signals posted at once, each once', async () => {
			const ids = Array.from({ length: 20 }, (_, index) => `s${index % 10}`);
			await Promise.all(ids.map((id) => store.post('r1', { id, signal: look }, 1)));
			expect((await store.inbox('r1')).map((posted) => posted.id).sort()).toEqual([...new Set(ids)].sort());
		});

		it('takes signals for ended runs and refuses them for closed and unknown ones', async () => {
			const lease = await leased('r1');
			await store.append(lease, 1, 2_000, [{ type: 'run.ended', outcome: 'done', reason: '' }]);
			expect(await store.post('r1', { id: 'a', signal: look }, 1)).toBe(true);
			await store.append(lease, 2, 2_000, [{ type: 'run.closed' }]);
			expect(await store.post('r1', { id: 'b', signal: look }, 1)).toBe(false);
			expect(await store.post('r0', { id: 'a', signal: look }, 1)).toBe(false);
		});
	});
}
