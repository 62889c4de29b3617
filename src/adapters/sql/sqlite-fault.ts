import { dirname } from 'node:path';
import { Fault, type FaultKind } from '../../core/fault.ts';

/** What to do about SQLite's primary result codes (https://sqlite.org/rescode.html); others are transient. */
const facts: Record<number, { kind: FaultKind; text: (file: string) => string }> = {
	3: { kind: 'permanent', text: (file) => `${file} may not be opened: check its owner and permissions` },
	5: { kind: 'transient', text: (file) => `${file} is locked by another process` },
	6: { kind: 'transient', text: (file) => `${file} is locked within this process` },
	8: { kind: 'permanent', text: (file) => `${file} may not be written: check its owner and permissions` },
	11: { kind: 'permanent', text: (file) => `${file} is damaged: restore it from a backup` },
	13: { kind: 'permanent', text: (file) => `the disk is full: free space in ${dirname(file)}` },
	14: {
		kind: 'permanent',
		text: (file) => `${file} cannot be opened: check that ${dirname(file)} exists and is writable`,
	},
	19: { kind: 'permanent', text: (file) => `${file} refused a row that breaks a rule of the schema` },
	26: { kind: 'permanent', text: (file) => `${file} is not an SQLite database: move it away or name another file` },
};

/** An error of `node:sqlite` as a fault that names the file and the way out; anything else comes back as it is. */
export function sqliteFault(error: unknown, file: string): unknown {
	if (!(error instanceof Error) || !('errcode' in error)) return error;
	const fact = facts[Number(error.errcode) % 256];
	if (fact === undefined) return new Fault('transient', `database ${file}: ${error.message} (${error.errcode})`);
	return new Fault(fact.kind, `database: ${fact.text(file)} (SQLite ${error.errcode}: ${error.message})`);
}
