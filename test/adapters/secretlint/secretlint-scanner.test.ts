import { describe, expect, it } from 'vitest';
import { createSecretlintScanner } from '../../../src/adapters/secretlint/secretlint-scanner.ts';

const scanner = createSecretlintScanner();
// Put together here, so that the file itself holds none.
const github = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
const aws = `AKIA${'IOSFODNN7ABCDEFG'}`;

async function rulesIn(text: string): Promise<string[]> {
	return (await scanner.scan([{ where: 'src/a.ts', text }])).map((finding) => finding.rule);
}

describe('the secret scanner', () => {
	it('names the place and the rule, never the value', async () => {
		const texts = [
			{ where: 'commit message', text: 'nothing here' },
			{ where: 'src/a.ts', text: `one\ntwo\nconst token = "${github}";\n` },
		];
		const findings = await scanner.scan(texts);
		expect(findings).toEqual([{ where: 'src/a.ts', line: 3, rule: 'github/GITHUB_TOKEN' }]);
		expect(JSON.stringify(findings)).not.toContain(github);
	});

	it.each([
		['a bare AWS key id', aws, 'aws-key-id'],
		['a Redis password without a user', 'redis://:hunter2@cache.internal:6379', 'url-credentials'],
		['a password in an HTTPS remote', 'https://bot:s3cr3tvalue@git.internal/x.git', 'url-credentials'],
		[
			'a private key',
			`-----BEGIN RSA PRIVATE KEY-----\n${'MIIEpAIBAAKCAQEA'.repeat(12)}\n-----END RSA PRIVATE KEY-----`,
			'privatekey/PrivateKey',
		],
	])('finds %s', async (_what, text, rule) => {
		expect(await rulesIn(`before\n${text}\nafter`)).toContain(rule);
	});

	it.each([
		['a placeholder', 'postgres://user:password@db.internal/x'],
		['a template', `https://\${USER}:\${TOKEN}@github.com/x.git`],
		['a host of this machine', 'redis://:abc123def@localhost:6379'],
		['a time and a scope', 'see https://example.org/a:b and user@host, 12:30'],
		['the documented AWS id', `AKIA${'IOSFODNN7EXAMPLE'}`],
	])('does not take %s for a secret', async (_what, text) => {
		expect(await rulesIn(text)).toEqual([]);
	});

	it('cannot be switched off by a comment in the text', async () => {
		const text = `// secretlint-disable\n/* secretlint-disable-line */ "${github}" // secretlint-disable-line\n`;
		expect(await rulesIn(text)).toContain('github/GITHUB_TOKEN');
	});
});
