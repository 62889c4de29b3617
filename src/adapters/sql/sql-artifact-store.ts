import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { Kysely } from 'kysely';
import { Fault } from '../../core/fault.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Schema } from './schema.ts';

/** Below this, compression saves less than the row costs. */
const worthwhileBytes = 512;

/** Artifacts on SQLite or PostgreSQL, compressed with zstd where that makes them smaller. */
export class SqlArtifactStore implements ArtifactStore {
	readonly #db: Kysely<Schema>;
	readonly #clock: Clock;

	constructor(db: Kysely<Schema>, clock: Clock) {
		this.#db = db;
		this.#clock = clock;
	}

	/** The media type of the first `put` of the same bytes stands. */
	async put(run: string, bytes: Uint8Array, mediaType: string): Promise<string> {
		const digest = digestOf(bytes);
		const packed = await pack(bytes);
		await this.#db.transaction().execute(async (transaction) => {
			await transaction
				.insertInto('artifacts')
				.values({ digest, media_type: mediaType, ...packed, created_at: this.#clock.now() })
				.onConflict((conflict) => conflict.column('digest').doNothing())
				.execute();
			await transaction
				.insertInto('run_artifacts')
				.values({ run, digest })
				.onConflict((conflict) => conflict.columns(['run', 'digest']).doNothing())
				.execute();
		});
		return digest;
	}

	/** @throws Fault permanent when the stored bytes no longer have their digest. */
	async get(digest: string): Promise<{ bytes: Uint8Array; mediaType: string } | null> {
		const row = await this.#db.selectFrom('artifacts').selectAll().where('digest', '=', digest).executeTakeFirst();
		if (row === undefined) return null;
		const bytes = await unpack(row.encoding, row.bytes).catch(() => null);
		if (bytes === null || digestOf(bytes) !== digest) {
			throw new Fault('permanent', `artifact ${digest} is damaged in the database: restore it from a backup`);
		}
		return { bytes, mediaType: row.media_type };
	}
}

function digestOf(bytes: Uint8Array): string {
	return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function pack(bytes: Uint8Array): Promise<{ encoding: 'zstd' | 'identity'; bytes: Uint8Array }> {
	if (bytes.length < worthwhileBytes) return { encoding: 'identity', bytes };
	const packed = await promisify(zstdCompress)(bytes);
	return packed.length < bytes.length ? { encoding: 'zstd', bytes: packed } : { encoding: 'identity', bytes };
}

async function unpack(encoding: string, bytes: Uint8Array): Promise<Uint8Array> {
	const raw = encoding === 'zstd' ? await promisify(zstdDecompress)(bytes) : bytes;
	return new Uint8Array(raw);
}
