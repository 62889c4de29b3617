import { Fault, type FaultKind } from '../../core/fault.ts';

/**
 * What to do about PostgreSQL's error codes, by code or by class (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 * The server's own words are left out where they may hold row values or the connection's name.
 */
const facts: Record<string, { kind: FaultKind; text: string }> = {
	'08': { kind: 'transient', text: 'the connection to PostgreSQL was lost' },
	'23': { kind: 'permanent', text: 'PostgreSQL refused a row that breaks a rule of the schema' },
	'28': { kind: 'permanent', text: 'PostgreSQL refused the login: check the user and password in DATABASE_URL' },
	'3D': { kind: 'permanent', text: 'the database named in DATABASE_URL does not exist' },
	'40': { kind: 'transient', text: 'PostgreSQL ended the transaction in favour of another' },
	'42': {
		kind: 'permanent',
		text: 'PostgreSQL refused a statement: check that the user of DATABASE_URL owns the tables',
	},
	'53': { kind: 'transient', text: 'PostgreSQL is out of connections or memory' },
	'53100': { kind: 'permanent', text: "the disk of PostgreSQL is full: free space on the server's data directory" },
	'55': { kind: 'transient', text: 'PostgreSQL waited too long for a lock' },
	'57': { kind: 'transient', text: 'PostgreSQL cancelled the statement or is restarting' },
	'58': { kind: 'permanent', text: 'PostgreSQL met an error of its disk or system' },
	XX: { kind: 'permanent', text: 'PostgreSQL reports damage or an internal error: look into its log' },
};

/** Any error of `pg` as a fault whose message holds no secret. Without a PostgreSQL code it is one of the network. */
export function postgresFault(error: unknown): Fault {
	if (error instanceof Fault) return error;
	const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
	if (code === null || !/^[0-9A-Z]{5}$/.test(code)) {
		const detail = code === null ? '' : ` (${code})`;
		return new Fault('transient', `database: PostgreSQL does not answer: check the server and DATABASE_URL${detail}`);
	}
	const fact = facts[code] ?? facts[code.slice(0, 2)];
	if (fact === undefined) return new Fault('transient', `database: PostgreSQL answered with error ${code}`);
	return new Fault(fact.kind, `database: ${fact.text} (PostgreSQL ${code})`);
}
