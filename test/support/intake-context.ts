import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openDatabase } from '../../src/adapters/sql/open-database.ts';
import { SqlDeliveryStore } from '../../src/adapters/sql/sql-delivery-store.ts';
import { SqlRunStore } from '../../src/adapters/sql/sql-run-store.ts';
import { type Intent, intentOf } from '../../src/core/intent.ts';
import type { JournalEvent } from '../../src/core/journal.ts';
import type { Catalogue } from '../../src/ports/catalogue.ts';
import type { DeliveryStore } from '../../src/ports/delivery-store.ts';
import type { Comment } from '../../src/ports/forge/issues.ts';
import type { Wake } from '../../src/ports/queue.ts';
import type { RunRow } from '../../src/ports/run-store.ts';
import { act } from '../../workers/intake/act.ts';
import type { IntakeContext } from '../../workers/intake/intake-context.ts';
import { FakeForge, fakeForges } from './fake-forge.ts';
import { textLog } from './intake.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export const self = { appId: 77, slug: 'dark-factory' };

const config = join(import.meta.dirname, '../../config');
const workflows = new Map(
	readdirSync(join(config, 'workflows')).map((file) => [
		basename(file, '.yml'),
		readFileSync(join(config, 'workflows', file), 'utf8'),
	]),
);
const defaults = readFileSync(join(config, 'dark-factory.yml'), 'utf8');

/** Every model is known at the same price, but those that begin with `unpriced`. */
const catalogue: Catalogue = {
	provider: () => null,
	facts: ({ model }) => ({
		protocol: 'openai',
		contextWindow: 100_000,
		maxOutputTokens: 10_000,
		prices: () => (model.startsWith('unpriced') ? null : { fresh: 1, cached: 1, cacheWrite: 1, output: 1 }),
		quirks: { sendsReasoningBack: false, extraBody: {} },
	}),
	names: () => ['anthropic/*', 'openai/*', 'moonshot/*', 'xai/*', 'google/*', 'local/*'],
};

/** Intake on a real SQLite store and a GitHub in memory, with helpers that speak as GitHub's deliveries do. */
export class IntakeFixture {
	readonly forge: FakeForge;
	readonly log = textLog();
	readonly wakes: Wake[] = [];
	now = Date.parse('2026-11-20T12:00:00Z');
	readonly context: IntakeContext;
	readonly deliveries: DeliveryStore;
	readonly close: () => Promise<void>;
	#nextRun = 0;
	#nextDelivery = 0;

	private constructor(forge: FakeForge, database: Awaited<ReturnType<typeof openDatabase>>) {
		this.forge = forge;
		this.deliveries = new SqlDeliveryStore(database.db);
		this.close = () => database.close();
		this.context = {
			forges: fakeForges(forge),
			runs: new SqlRunStore(database.db),
			queue: {
				wake: async (wake) => {
					this.wakes.push(wake);
				},
			},
			clock: { now: () => this.now, sleep: () => Promise.resolve() },
			ids: {
				run: () => {
					this.#nextRun += 1;
					return `run${String(this.#nextRun).padStart(7, '0')}`;
				},
				token: () => 'token',
			},
			log: this.log,
			catalogue,
			bundled: { defaults, workflows },
		};
	}

	/** An issue 1 of `reporter`; `maintainer` may write, `triager` may triage. */
	static async open(files: Record<string, string> = { 'README.md': 'Widgets' }): Promise<IntakeFixture> {
		const forge = new FakeForge({ owner: 'acme', name: 'widgets' }, files);
		forge.permissions.set('maintainer', 'write').set('triager', 'triage').set('reader', 'read');
		forge.addIssue({ number: 1, title: 'Widgets wobble', body: 'They wobble in the wind.' });
		return new IntakeFixture(forge, await openDatabase({ file: join(temporaryDirectory(), 'factory.db') }));
	}

	/** Acts on a delivery as GitHub would send it now; returns the note. */
	async deliver(event: string, payload: object, id: string = this.nextDelivery()): Promise<string> {
		return this.act(intentOf(event, this.envelope(payload), self), id);
	}

	async act(intent: Intent, delivery: string = this.nextDelivery()): Promise<string> {
		return act(this.context, intent, { delivery, receivedAt: this.now });
	}

	/** What every payload carries. */
	envelope(payload: object): object {
		const { owner, name } = this.forge.repository;
		return {
			repository: { name, owner: { login: owner } },
			installation: { id: 5 },
			sender: { login: 'maintainer', type: 'User' },
			...payload,
		};
	}

	/** Puts the label on and delivers that. */
	async label(label: string, sender: object = { login: 'maintainer', type: 'User' }, id?: string): Promise<string> {
		const issue = this.issue();
		if (!issue.labels.includes(label)) issue.labels.push(label);
		return this.deliver('issues', { action: 'labeled', issue: this.payloadOf(1), label: { name: label }, sender }, id);
	}

	async comment(body: string, login = 'maintainer', number = 1, id?: string): Promise<string> {
		this.forge.addComment(number, login, body);
		const payload = {
			action: 'created',
			issue: this.payloadOf(number),
			comment: { body },
			sender: { login, type: 'User' },
		};
		return this.deliver('issue_comment', payload, id);
	}

	issue(number = 1) {
		const issue = this.forge.issues.get(number);
		if (issue === undefined) throw new Error(`no issue ${number}`);
		return issue;
	}

	payloadOf(number: number): object {
		const { title, body, isPullRequest } = this.issue(number);
		return { number, title, body: body === '' ? null : body, ...(isPullRequest ? { pull_request: {} } : {}) };
	}

	async runs(): Promise<RunRow[]> {
		return this.context.runs.list({ limit: 100 });
	}

	/** The comments of the factory. */
	answers(number = 1): Comment[] {
		return (this.forge.commentsOf.get(number) ?? []).filter((comment) => comment.own);
	}

	/** Appends to a run's journal as its worker would. */
	async append(run: string, events: JournalEvent[]): Promise<void> {
		const { runs } = this.context;
		const lease = await runs.acquire(run, 'test', this.now, 60_000);
		if (lease === null) throw new Error('no lease');
		await runs.append(lease, (await runs.read(run)).length, this.now, events);
		await runs.release(lease, 0);
	}

	async end(run: string): Promise<void> {
		await this.append(run, [{ type: 'run.ended', outcome: 'done', reason: 'all done' }, { type: 'run.closed' }]);
	}

	async signals(run: string): Promise<string[]> {
		return (await this.context.runs.inbox(run)).map(({ signal }) => signal.name);
	}

	nextDelivery(): string {
		this.#nextDelivery += 1;
		return `delivery-${this.#nextDelivery}`;
	}
}
