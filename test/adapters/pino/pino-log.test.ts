import { describe, expect, it } from 'vitest';
import { createPinoLog } from '../../../src/adapters/pino/pino-log.ts';
import { createRedactor } from '../../../src/core/redact.ts';

function createLog(level = 'info') {
	const lines: string[] = [];
	const log = createPinoLog({
		level,
		redact: createRedactor(['hunter2-secret']),
		destination: { write: (line) => void lines.push(line) },
	});
	return { log, lines };
}

describe('the log', () => {
	it('writes one JSON object a line with message and fields, from the level on', () => {
		const { log, lines } = createLog();
		log.debug({ run: 'r0' }, 'not written');
		log.info({ run: 'r1', jobs: ['a'] }, 'job started');
		expect(lines).toHaveLength(1);
		expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'job started', run: 'r1', jobs: ['a'] });
	});

	it('redacts secrets wherever they are in the line', () => {
		const { log, lines } = createLog();
		log.error(
			{ url: 'redis://:hunter2-secret@h', error: new Error('hunter2-secret', { cause: 'hunter2-secret' }) },
			'x hunter2-secret',
		);
		expect(lines.join('')).not.toContain('hunter2');
	});

	it('drops payloads, headers and the properties that libraries hang on errors', () => {
		const { log, lines } = createLog();
		const error = Object.assign(new Error('failed'), {
			status: 500,
			event: { payload: 'issue text' },
			request: { body: 'issue text' },
		});
		log.warn({ error, payload: 'issue text', deep: { headers: { cookie: 'issue text' }, token: 'issue text' } }, 'm');
		expect(lines.join('')).not.toContain('issue text');
		expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: { name: 'Error', message: 'failed', status: 500 } });
	});

	it('keeps lines short and survives circles', () => {
		const { log, lines } = createLog();
		const circle: Record<string, unknown> = {};
		circle.self = circle;
		log.info({ circle, long: 'x'.repeat(1_000_000), bytes: Buffer.alloc(1_000_000), large: 1n }, 'm');
		expect(lines.join('').length).toBeLessThan(10_000);
	});
});
