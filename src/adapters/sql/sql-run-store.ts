import type { Kysely, Selectable, Transaction } from 'kysely';
import { isAgentStep } from '../../core/agent-step.ts';
import { Fault } from '../../core/fault.ts';
import type { JournalEntry, JournalEvent } from '../../core/journal.ts';
import type { Outcome } from '../../core/outcome.ts';
import { formatRepository, type RepositoryName, type Subject } from '../../core/subject.ts';
import type { Lease, NewRun, PostedSignal, RunRow, RunStore } from '../../ports/run-store.ts';
import type { RunsTable, Schema } from './schema.ts';
import { SqlInbox } from './sql-inbox.ts';
import { SqlLeases } from './sql-leases.ts';
import { transact } from './transact.ts';

/** Rows of one insert: SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535. */
const rowsPerInsert = 1_000;

/** Runs, journals, leases and inboxes on SQLite or PostgreSQL. */
export class SqlRunStore implements RunStore {
	readonly #db: Kysely<Schema>;
	readonly #leases: SqlLeases;
	readonly #inbox: SqlInbox;

	constructor(db: Kysely<Schema>) {
		this.#db = db;
		this.#leases = new SqlLeases(db);
		this.#inbox = new SqlInbox(db);
	}

	async create(run: NewRun): Promise<{ kind: 'created' } | { kind: 'already_active'; run: string }> {
		for (;;) {
			const created = await this.#db.transaction().execute((transaction) => insertRun(transaction, run));
			if (created) return { kind: 'created' };
			const holder = await this.#db
				.selectFrom('runs')
				.select('id')
				.where('active_key', '=', run.activeKey)
				.executeTakeFirst();
			// None holds the key when that run was closed between the two statements.
			if (holder !== undefined) return { kind: 'already_active', run: holder.id };
		}
	}

	async find(id: string): Promise<RunRow | null> {
		const row = await this.#db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
		return row === undefined ? null : toRunRow(row);
	}

	async list(filter: {
		repository?: RepositoryName;
		subject?: Subject;
		status?: RunRow['status'];
		limit: number;
	}): Promise<RunRow[]> {
		const { repository, subject, status } = filter;
		const rows = await this.#db
			.selectFrom('runs')
			.selectAll()
			.$if(repository !== undefined, (query) => query.where('repository_key', '=', repositoryKey(repository)))
			.$if(subject !== undefined, (query) =>
				query.where('subject_kind', '=', subject?.kind ?? '').where('subject_number', '=', subject?.number ?? 0),
			)
			.$if(status !== undefined, (query) => query.where('status', '=', status ?? ''))
			.orderBy('created_at', 'desc')
			.orderBy('id', 'desc')
			.limit(filter.limit)
			.execute();
		return rows.map(toRunRow);
	}

	async unfinished(): Promise<RunRow[]> {
		const rows = await this.#db
			.selectFrom('runs')
			.selectAll()
			.where('status', 'in', ['active', 'ended'])
			.orderBy('created_at')
			.orderBy('id')
			.execute();
		return rows.map(toRunRow);
	}

	async countSince(since: number, filter: { repository?: RepositoryName; requester?: string }): Promise<number> {
		const { repository, requester } = filter;
		const row = await this.#db
			.selectFrom('runs')
			.select((eb) => eb.fn.countAll<number>().as('count'))
			.where('created_at', '>=', since)
			.$if(repository !== undefined, (query) => query.where('repository_key', '=', repositoryKey(repository)))
			.$if(requester !== undefined, (query) => query.where('requester_key', '=', requester?.toLowerCase() ?? ''))
			.executeTakeFirstOrThrow();
		return row.count;
	}

	async spentSince(since: number, repository: RepositoryName): Promise<number> {
		const row = await this.#db
			.selectFrom('journal')
			.innerJoin('runs', 'runs.id', 'journal.run')
			.select((eb) => eb.fn.sum<number | null>('journal.usd').as('usd'))
			.where('journal.usd', 'is not', null)
			.where('journal.at', '>=', since)
			.where('runs.repository_key', '=', repositoryKey(repository))
			.executeTakeFirstOrThrow();
		return row.usd ?? 0;
	}

	acquire(run: string, owner: string, now: number, ttlMs: number): Promise<Lease | null> {
		return this.#leases.acquire(run, owner, now, ttlMs);
	}

	renew(lease: Lease, now: number, ttlMs: number): Promise<Lease> {
		return this.#leases.renew(lease, now, ttlMs);
	}

	release(lease: Lease, dueAt: number | null): Promise<void> {
		return this.#leases.release(lease, dueAt);
	}

	due(now: number): Promise<string[]> {
		return this.#leases.due(now);
	}

	async append(lease: Lease, expectedSeq: number, at: number, events: JournalEvent[]): Promise<JournalEntry[]> {
		const entries = events.map((event, index) => ({ run: lease.run, seq: expectedSeq + 1 + index, at, event }));
		const survives = events.every(isAgentStep) ? 'crash' : 'power_cut';
		await transact(this.#db, survives, async (transaction) => {
			await advance(transaction, lease, expectedSeq, entries);
			await insertEntries(transaction, entries);
			await this.#inbox.take(transaction, entries);
		});
		return entries;
	}

	async read(run: string, fromSeq = 1): Promise<JournalEntry[]> {
		const rows = await this.#db
			.selectFrom('journal')
			.select(['seq', 'at', 'event'])
			.where('run', '=', run)
			.where('seq', '>=', fromSeq)
			.orderBy('seq')
			.execute();
		return rows.map((row) => ({ run, seq: row.seq, at: row.at, event: JSON.parse(row.event) as JournalEvent }));
	}

	post(run: string, posted: PostedSignal, at: number): Promise<boolean> {
		return this.#inbox.post(run, posted, at);
	}

	inbox(run: string): Promise<PostedSignal[]> {
		return this.#inbox.list(run);
	}
}

/** False when another run holds the active key. */
async function insertRun(transaction: Transaction<Schema>, run: NewRun): Promise<boolean> {
	const inserted = await transaction
		.insertInto('runs')
		.values({
			id: run.id,
			owner: run.repository.owner,
			name: run.repository.name,
			repository_key: repositoryKey(run.repository),
			subject_kind: run.subject.kind,
			subject_number: run.subject.number,
			workflow: run.workflow,
			requester: run.requester,
			requester_key: run.requester.toLowerCase(),
			active_key: run.activeKey,
			status: 'active',
			outcome: null,
			usd: 0,
			created_at: run.createdAt,
			updated_at: run.createdAt,
			last_seq: 1,
			fence: 0,
			lease_owner: null,
			lease_expires_at: 0,
			due_at: 0,
		})
		.onConflict((conflict) => conflict.column('active_key').doNothing())
		.returning('id')
		.executeTakeFirst();
	if (inserted === undefined) return false;
	await insertEntries(transaction, [{ run: run.id, seq: 1, at: run.createdAt, event: run.created }]);
	return true;
}

/**
 * Moves the run's row from `expectedSeq` to the last entry, in one statement that finds nothing to change unless lease and
 * sequence number are the newest. The row stays locked until the transaction ends, so appends to one run queue up here.
 */
async function advance(
	transaction: Transaction<Schema>,
	lease: Lease,
	expectedSeq: number,
	entries: JournalEntry[],
): Promise<void> {
	let usd = 0;
	const changes: { status?: string; outcome?: string; active_key?: null } = {};
	for (const { event } of entries) {
		usd += priceOf(event) ?? 0;
		if (event.type === 'run.ended') Object.assign(changes, { status: 'ended', outcome: event.outcome });
		if (event.type === 'run.closed') Object.assign(changes, { status: 'closed', active_key: null });
	}
	const advanced = await transaction
		.updateTable('runs')
		.set((eb) => ({
			...changes,
			usd: eb('usd', '+', usd),
			last_seq: expectedSeq + entries.length,
			updated_at: entries.at(-1)?.at ?? eb.ref('updated_at'),
		}))
		.where('id', '=', lease.run)
		.where('fence', '=', lease.fence)
		.where('lease_owner', '=', lease.owner)
		.where('last_seq', '=', expectedSeq)
		.returning('id')
		.executeTakeFirst();
	if (advanced !== undefined) return;
	throw new Fault(
		'fenced',
		`run ${lease.run}: lease ${lease.fence} may not append after entry ${expectedSeq}: a newer lease or entry exists`,
	);
}

async function insertEntries(transaction: Transaction<Schema>, entries: JournalEntry[]): Promise<void> {
	const rows = entries.map(({ run, seq, at, event }) => ({
		run,
		seq,
		at,
		event: JSON.stringify(event),
		usd: priceOf(event),
	}));
	for (let start = 0; start < rows.length; start += rowsPerInsert) {
		await transaction
			.insertInto('journal')
			.values(rows.slice(start, start + rowsPerInsert))
			.execute();
	}
}

function priceOf(event: JournalEvent): number | null {
	return event.type === 'model.responded' || event.type === 'model.failed' ? event.usd : null;
}

function repositoryKey(repository: RepositoryName | undefined): string {
	return repository === undefined ? '' : formatRepository(repository).toLowerCase();
}

function toRunRow(row: Selectable<RunsTable>): RunRow {
	return {
		id: row.id,
		repository: { owner: row.owner, name: row.name },
		subject: { kind: row.subject_kind as Subject['kind'], number: row.subject_number },
		workflow: row.workflow,
		requester: row.requester,
		status: row.status as RunRow['status'],
		outcome: row.outcome as Outcome | null,
		createdAt: row.created_at,
		updatedAt: row.updated_at,
		usd: row.usd,
	};
}
