import type { Log } from '../../src/ports/log.ts';

/** A log that keeps what it was told in `lines`, and prints nothing. */
export interface KeptLog extends Log {
	lines: { level: 'debug' | 'info' | 'warn' | 'error'; fields: Record<string, unknown>; message: string }[];
}

export function keptLog(): KeptLog {
	const lines: KeptLog['lines'] = [];
	return {
		lines,
		debug: (fields, message) => void lines.push({ level: 'debug', fields, message }),
		info: (fields, message) => void lines.push({ level: 'info', fields, message }),
		warn: (fields, message) => void lines.push({ level: 'warn', fields, message }),
		error: (fields, message) => void lines.push({ level: 'error', fields, message }),
	};
}
