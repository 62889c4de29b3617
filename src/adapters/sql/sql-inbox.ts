import type { Kysely, Transaction } from 'kysely';
import type { JournalEntry } from '../../core/journal.ts';
import type { Signal } from '../../core/signal.ts';
import type { PostedSignal } from '../../ports/run-store.ts';
import type { Schema } from './schema.ts';

/** The inboxes of `RunStore`. A taken signal's row stays, so that the same id posted again later does nothing. */
export class SqlInbox {
	readonly #db: Kysely<Schema>;

	constructor(db: Kysely<Schema>) {
		this.#db = db;
	}

	post(run: string, posted: PostedSignal, at: number): Promise<boolean> {
		return this.#db.transaction().execute(async (transaction) => {
			// Changes nothing, but locks the run's row on both databases: nobody closes the run or takes the same position.
			const open = await transaction
				.updateTable('runs')
				.set((eb) => ({ status: eb.ref('status') }))
				.where('id', '=', run)
				.where('status', '<>', 'closed')
				.returning('id')
				.executeTakeFirst();
			if (open === undefined) return false;
			const last = await transaction
				.selectFrom('signals')
				.select((eb) => eb.fn.max<number | null>('position').as('position'))
				.where('run', '=', run)
				.executeTakeFirstOrThrow();
			await transaction
				.insertInto('signals')
				.values({
					run,
					id: posted.id,
					position: (last.position ?? 0) + 1,
					at,
					signal: JSON.stringify(posted.signal),
					taken_seq: null,
				})
				.onConflict((conflict) => conflict.columns(['run', 'id']).doNothing())
				.execute();
			return true;
		});
	}

	async list(run: string): Promise<PostedSignal[]> {
		const rows = await this.#db
			.selectFrom('signals')
			.select(['id', 'signal'])
			.where('run', '=', run)
			.where('taken_seq', 'is', null)
			.orderBy('position')
			.execute();
		return rows.map((row) => ({ id: row.id, signal: JSON.parse(row.signal) as Signal }));
	}

	/** Takes the signals that the entries receive out of the inbox, within the append's transaction. */
	async take(transaction: Transaction<Schema>, entries: JournalEntry[]): Promise<void> {
		for (const { run, seq, event } of entries) {
			if (event.type !== 'signal.received') continue;
			await transaction
				.updateTable('signals')
				.set({ taken_seq: seq })
				.where('run', '=', run)
				.where('id', '=', event.id)
				.where('taken_seq', 'is', null)
				.execute();
		}
	}
}
