import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';

export async function firstSchema(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
	await db.schema
		.createTable('runs')
		.addColumn('id', 'text', (column) => column.primaryKey())
		.addColumn('owner', 'text', (column) => column.notNull())
		.addColumn('name', 'text', (column) => column.notNull())
		.addColumn('repository_key', 'text', (column) => column.notNull())
		.addColumn('subject_kind', 'text', (column) => column.notNull())
		.addColumn('subject_number', 'bigint', (column) => column.notNull())
		.addColumn('workflow', 'text', (column) => column.notNull())
		.addColumn('requester', 'text', (column) => column.notNull())
		.addColumn('requester_key', 'text', (column) => column.notNull())
		.addColumn('active_key', 'text', (column) => column.unique())
		.addColumn('status', 'text', (column) => column.notNull())
		.addColumn('outcome', 'text')
		.addColumn('usd', 'double precision', (column) => column.notNull())
		.addColumn('created_at', 'bigint', (column) => column.notNull())
		.addColumn('updated_at', 'bigint', (column) => column.notNull())
		.addColumn('last_seq', 'bigint', (column) => column.notNull())
		.addColumn('fence', 'bigint', (column) => column.notNull())
		.addColumn('lease_owner', 'text')
		.addColumn('lease_expires_at', 'bigint', (column) => column.notNull())
		.addColumn('due_at', 'bigint', (column) => column.notNull())
		.execute();
	await db.schema.createIndex('runs_by_creation').on('runs').columns(['created_at', 'id']).execute();
	await db.schema
		.createIndex('runs_by_repository')
		.on('runs')
		.columns(['repository_key', 'created_at', 'id'])
		.execute();
	await db.schema.createIndex('runs_by_status').on('runs').columns(['status', 'created_at', 'id']).execute();

	await db.schema
		.createTable('journal')
		.addColumn('run', 'text', (column) => column.notNull().references('runs.id'))
		.addColumn('seq', 'bigint', (column) => column.notNull())
		.addColumn('at', 'bigint', (column) => column.notNull())
		.addColumn('event', 'text', (column) => column.notNull())
		.addColumn('usd', 'double precision')
		.addPrimaryKeyConstraint('journal_key', ['run', 'seq'])
		.execute();
	await db.schema
		.createIndex('journal_by_spending')
		.on('journal')
		.columns(['at', 'run'])
		.where(sql<boolean>`usd is not null`)
		.execute();

	await db.schema
		.createTable('signals')
		.addColumn('run', 'text', (column) => column.notNull().references('runs.id'))
		.addColumn('id', 'text', (column) => column.notNull())
		.addColumn('position', 'bigint', (column) => column.notNull())
		.addColumn('at', 'bigint', (column) => column.notNull())
		.addColumn('signal', 'text', (column) => column.notNull())
		.addColumn('taken_seq', 'bigint')
		.addPrimaryKeyConstraint('signals_key', ['run', 'id'])
		.execute();

	await db.schema
		.createTable('deliveries')
		.addColumn('id', 'text', (column) => column.primaryKey())
		.addColumn('event', 'text', (column) => column.notNull())
		.addColumn('payload', 'text')
		.addColumn('received_at', 'bigint', (column) => column.notNull())
		.addColumn('settled_at', 'bigint')
		.addColumn('note', 'text')
		.addColumn('failures', 'bigint', (column) => column.notNull())
		.addColumn('failure', 'text')
		.execute();
	await db.schema
		.createIndex('deliveries_unsettled')
		.on('deliveries')
		.columns(['received_at', 'id'])
		.where(sql<boolean>`settled_at is null`)
		.execute();

	await db.schema
		.createTable('artifacts')
		.addColumn('digest', 'text', (column) => column.primaryKey())
		.addColumn('media_type', 'text', (column) => column.notNull())
		.addColumn('encoding', 'text', (column) => column.notNull())
		.addColumn('bytes', types.bytes, (column) => column.notNull())
		.addColumn('created_at', 'bigint', (column) => column.notNull())
		.execute();
	await db.schema
		.createTable('run_artifacts')
		.addColumn('run', 'text', (column) => column.notNull())
		.addColumn('digest', 'text', (column) => column.notNull().references('artifacts.digest'))
		.addPrimaryKeyConstraint('run_artifacts_key', ['run', 'digest'])
		.execute();
}
