import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redact.ts';

const secret = 'sk/p+et hunter2?&=';
const redact = createRedactor([secret, 'overlapping-a', 'ping-and-b']);

describe('redaction by exact value', () => {
	it.each([
		['as it is', secret],
		['URL-encoded', encodeURIComponent(secret)],
		['in hexadecimal', Buffer.from(secret).toString('hex')],
		['in upper-case hexadecimal', Buffer.from(secret).toString('hex').toUpperCase()],
		['in base64url', Buffer.from(secret).toString('base64url')],
	])('finds a secret %s', (_how, form) => {
		expect(redact(`before ${form} after`)).toMatch(/^before \[redacted\].{0,2} after$/);
	});

	it('finds a secret in base64 of a longer text, at every offset', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 }), (before, after) => {
				const text = Buffer.concat([before, Buffer.from(secret), after]).toString('base64');
				expect(redact(text)).toContain('[redacted]');
				expect(Buffer.from(redact(text).replace('[redacted]', ''), 'base64').toString('latin1')).not.toContain(
					'hunter2',
				);
			}),
		);
	});

	it('leaves no end of a secret that overlaps another', () => {
		expect(redact('x overlapping-and-b y')).toBe('x [redacted] y');
		expect(redact(`${secret}${secret}`)).not.toContain('hunter2');
	});

	it('finds the lines of a private key, also escaped as in JSON', () => {
		const line = 'MIIEpAIBAAKCAQEAq8pQ1s7d0'.padEnd(64, 'Z');
		const key = `-----BEGIN PRIVATE KEY-----\n${line}\n-----END PRIVATE KEY-----\n`;
		const redactKey = createRedactor([key]);
		expect(redactKey(JSON.stringify({ key }))).not.toContain('MIIEpAI');
		expect(redactKey(`> ${line}`)).toBe('> [redacted]');
	});

	it('leaves everything else as it is, and short values alone', () => {
		fc.assert(fc.property(fc.string(), (text) => createRedactor(['', 'abc'])(text) === text));
	});
});
