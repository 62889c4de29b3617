import type { Kysely } from 'kysely';
import { Fault } from '../../core/fault.ts';
import type { Delivery, DeliveryStore } from '../../ports/delivery-store.ts';
import type { Schema } from './schema.ts';

/** Deliveries on SQLite or PostgreSQL. A settled one keeps its id for ever and loses its payload. */
export class SqlDeliveryStore implements DeliveryStore {
	readonly #db: Kysely<Schema>;

	constructor(db: Kysely<Schema>) {
		this.#db = db;
	}

	async put(delivery: Delivery): Promise<'stored' | 'duplicate'> {
		const inserted = await this.#db
			.insertInto('deliveries')
			.values({
				id: delivery.id,
				event: delivery.event,
				payload: delivery.payload,
				received_at: delivery.receivedAt,
				settled_at: null,
				note: null,
				failures: 0,
				failure: null,
			})
			.onConflict((conflict) => conflict.column('id').doNothing())
			.returning('id')
			.executeTakeFirst();
		return inserted === undefined ? 'duplicate' : 'stored';
	}

	async unsettled(limit: number): Promise<string[]> {
		const rows = await this.#db
			.selectFrom('deliveries')
			.select('id')
			.where('settled_at', 'is', null)
			.orderBy('received_at')
			.orderBy('id')
			.limit(limit)
			.execute();
		return rows.map(({ id }) => id);
	}

	async find(id: string): Promise<Delivery | null> {
		const row = await this.#db
			.selectFrom('deliveries')
			.select(['id', 'event', 'payload', 'received_at'])
			.where('id', '=', id)
			.where('settled_at', 'is', null)
			.executeTakeFirst();
		return row === undefined ? null : toDelivery(row);
	}

	/** The first settlement stands; settling again does nothing. */
	async settle(id: string, at: number, note: string): Promise<void> {
		await this.#db
			.updateTable('deliveries')
			.set({ settled_at: at, note: storable(note), payload: null })
			.where('id', '=', id)
			.where('settled_at', 'is', null)
			.execute();
	}

	/** @throws Fault permanent when there is no such delivery. */
	async countFailure(id: string, message: string): Promise<number> {
		const row = await this.#db
			.updateTable('deliveries')
			.set((eb) => ({ failures: eb('failures', '+', 1), failure: storable(message) }))
			.where('id', '=', id)
			.returning('failures')
			.executeTakeFirst();
		if (row === undefined) throw new Fault('permanent', `there is no delivery ${JSON.stringify(id)}`);
		return row.failures;
	}
}

function toDelivery(row: { id: string; event: string; payload: string | null; received_at: number }): Delivery {
	return { id: row.id, event: row.event, payload: row.payload ?? '', receivedAt: row.received_at };
}

/** PostgreSQL's text refuses NUL (https://www.postgresql.org/docs/current/datatype-character.html); errors may quote one. */
function storable(text: string): string {
	return text.replaceAll('\0', '\uFFFD');
}
