import { describe, expect, it } from 'vitest';
import { createTraceFinder } from '../../src/core/secret-traces.ts';

const secret = 'sk-ant-api03-Zk7Qw2Lm9Xc4Vb8Nt5Rf1Hy6';
const trace = createTraceFinder([secret]);

describe('traces of a secret', () => {
	it('are named by their lines, wherever they begin', () => {
		expect(trace(`one\ntwo ${secret}\nthree\n${secret.slice(7)}`)).toEqual([2, 4]);
	});

	it('are not the part of it that everybody knows', () => {
		expect(trace('Keys begin with sk-ant-api03- and are long.')).toEqual([]);
		expect(
			createTraceFinder([`ghs_12_eyJhbGciOiJIUzI1NiJ9.${'eyJpc3MiOiIxMjM0NTY3ODkwIn0aBcD'}.Zk7Qw2Lm9Xc4`])(
				'eyJhbGciOiJIUzI1NiJ9',
			),
		).toEqual([]);
	});

	it('of a private key are its body and not its frame', () => {
		const body = `${'MIIEowIBAAKCAQEA'.padEnd(52, 'A')}Zk7Qw2Lm9Xc4Vb8Nt5Rf1Hy6`;
		const find = createTraceFinder([`-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----\n`]);
		expect(find('-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----')).toEqual([]);
		expect(find('a\nZk7Qw2Lm9Xc4Vb8N')).toEqual([2]);
	});

	it('are not looked for where a value is short or says nothing', () => {
		expect(createTraceFinder(['postgres', '00000000000000000000'])('postgres 00000000000000000000')).toEqual([]);
	});
});
