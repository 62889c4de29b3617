import type { Kysely } from 'kysely';
import { Fault } from '../../core/fault.ts';
import type { Lease } from '../../ports/run-store.ts';
import type { Schema } from './schema.ts';

/** The leases of `RunStore`: columns of the run's row, each change one conditional statement. */
export class SqlLeases {
	readonly #db: Kysely<Schema>;

	constructor(db: Kysely<Schema>) {
		this.#db = db;
	}

	async acquire(run: string, owner: string, now: number, ttlMs: number): Promise<Lease | null> {
		const expiresAt = now + ttlMs;
		const row = await this.#db
			.updateTable('runs')
			.set((eb) => ({ fence: eb('fence', '+', 1), lease_owner: owner, lease_expires_at: expiresAt, due_at: 0 }))
			.where('id', '=', run)
			.where((eb) =>
				eb.or([eb('lease_owner', 'is', null), eb('lease_owner', '=', owner), eb('lease_expires_at', '<=', now)]),
			)
			.returning('fence')
			.executeTakeFirst();
		if (row !== undefined) return { run, owner, fence: row.fence, expiresAt };
		const known = await this.#db.selectFrom('runs').select('id').where('id', '=', run).executeTakeFirst();
		if (known === undefined) throw new Fault('permanent', `there is no run ${run}`);
		return null;
	}

	async renew(lease: Lease, now: number, ttlMs: number): Promise<Lease> {
		const expiresAt = Math.max(lease.expiresAt, now + ttlMs);
		const row = await this.#db
			.updateTable('runs')
			.set({ lease_expires_at: expiresAt })
			.where('id', '=', lease.run)
			.where('fence', '=', lease.fence)
			.where('lease_owner', '=', lease.owner)
			.returning('fence')
			.executeTakeFirst();
		if (row === undefined) throw new Fault('fenced', `run ${lease.run}: lease ${lease.fence} was lost`);
		return { ...lease, expiresAt };
	}

	/** Does nothing when the lease was lost. The fence stays, so that the next lease's number is higher. */
	async release(lease: Lease, dueAt: number | null): Promise<void> {
		await this.#db
			.updateTable('runs')
			.set({ lease_owner: null, lease_expires_at: 0, due_at: dueAt ?? Number.MAX_SAFE_INTEGER })
			.where('id', '=', lease.run)
			.where('fence', '=', lease.fence)
			.where('lease_owner', '=', lease.owner)
			.execute();
	}

	async due(now: number): Promise<string[]> {
		const rows = await this.#db
			.selectFrom('runs')
			.select('id')
			.where('status', '!=', 'closed')
			.where((eb) => eb.or([eb('lease_owner', 'is', null), eb('lease_expires_at', '<=', now)]))
			.where((eb) =>
				eb.or([
					eb('due_at', '<=', now),
					eb.exists(
						eb
							.selectFrom('signals')
							.select('signals.id')
							.whereRef('signals.run', '=', 'runs.id')
							.where('signals.taken_seq', 'is', null),
					),
				]),
			)
			.orderBy('created_at')
			.orderBy('id')
			.execute();
		return rows.map(({ id }) => id);
	}
}
