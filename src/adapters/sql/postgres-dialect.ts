import { type Dialect, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { PostgresDriver } from './postgres-driver.ts';

/** Kysely's PostgreSQL dialect with `url` (`postgres://user:password@host:port/database`) as `pg` reads it. */
export function postgresDialect(url: string): Dialect {
	return {
		createAdapter: () => new PostgresAdapter(),
		createDriver: () => new PostgresDriver(url),
		createIntrospector: (db) => new PostgresIntrospector(db),
		createQueryCompiler: () => new PostgresQueryCompiler(),
	};
}
