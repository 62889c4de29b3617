import { type DestinationStream, destination, pino } from 'pino';
import type { Log } from '../../ports/log.ts';

export interface PinoLogOptions {
	/** `LOG_LEVEL`: trace, debug, info, warn, error, fatal or silent. */
	level: string;
	/** Applied to every whole line before it is written. */
	redact(text: string): string;
	/** Standard error when not given, so that standard output is free for answers. */
	destination?: DestinationStream;
}

/** Fields that carry what others sent, or what authorizes: never written, whatever their name is spelled like. */
const dropped = new Set([
	'payload',
	'body',
	'rawbody',
	'event',
	'request',
	'response',
	'headers',
	'authorization',
	'token',
]);
const deepest = 6;
const longest = 4096;

/** One JSON object a line, at most a few kilobytes, with errors reduced to name, message, stack and cause. */
export function createPinoLog(options: PinoLogOptions): Log {
	const target = options.destination ?? destination({ dest: 2, sync: true });
	const redacting: DestinationStream = { write: (line) => target.write(options.redact(line)) };
	const log = pino({ level: options.level, base: { pid: process.pid } }, redacting);
	return {
		debug: (fields, message) => log.debug(reduceFields(fields), message),
		info: (fields, message) => log.info(reduceFields(fields), message),
		warn: (fields, message) => log.warn(reduceFields(fields), message),
		error: (fields, message) => log.error(reduceFields(fields), message),
	};
}

function reduceFields(fields: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, reduce(key, value, 0)]));
}

function reduce(key: string, value: unknown, depth: number): unknown {
	if (dropped.has(key.toLowerCase()) && typeof value !== 'number') return '[dropped]';
	if (typeof value === 'string') return value.length > longest ? `${value.slice(0, longest)}[cut]` : value;
	if (typeof value === 'bigint') return value.toString();
	if (typeof value !== 'object' || value === null) return value;
	if (depth >= deepest) return '[deep]';
	if (value instanceof Error) return reduceError(value, depth);
	if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
	if (Array.isArray(value)) return value.slice(0, 100).map((item) => reduce('', item, depth + 1));
	return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, reduce(name, inner, depth + 1)]));
}

/** An error's own further properties are left out: Octokit and Probot put whole requests and payloads there. */
function reduceError(error: Error, depth: number): Record<string, unknown> {
	return {
		name: error.name,
		message: reduce('', error.message, depth),
		stack: reduce('', error.stack, depth),
		...('kind' in error ? { kind: error.kind } : {}),
		...('code' in error ? { code: error.code } : {}),
		...('status' in error ? { status: error.status } : {}),
		...(error.cause === undefined ? {} : { cause: reduce('', error.cause, depth + 1) }),
	};
}
