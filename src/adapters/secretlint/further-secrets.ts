import type { SecretFinding } from '../../ports/secret-scanner.ts';

/** The id half of an AWS key pair; AWS's own documentation uses ids that end in EXAMPLE. */
const awsKeyId = /\b(?:AKIA|ASIA)(?![0-9A-Z]{9}EXAMPLE\b)[0-9A-Z]{16}\b/g;
const urlCredentials =
	/\b[a-z][a-z0-9+.-]{1,30}:\/\/([^\s/:@'"`<>]{0,200}):([^\s/@'"`<>]{1,500})@([^\s/:'"`<>]{1,300})/gi;

/** Values and hosts that documentation and tests use, and templates that only name a value. */
const placeholder = /^(?:\*+|x+|\.+|pass(?:word)?|passwd|pwd?|secret|token|changeme|your[-_a-z]*|[$%{[(].*)$/i;
const harmlessHost =
	/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|.*\.(?:example|test|invalid|localhost)|(?:.*\.)?example\.(?:com|org|net))$/i;

/** What the recommended rules of secretlint miss: bare AWS key ids, and passwords in URLs of any scheme, also without a user. */
export function findFurtherSecrets(where: string, text: string): SecretFinding[] {
	const findings: SecretFinding[] = [];
	for (const match of text.matchAll(awsKeyId)) {
		findings.push({ where, line: lineOf(text, match.index), rule: 'aws-key-id' });
	}
	for (const match of text.matchAll(urlCredentials)) {
		const [, , password = '', host = ''] = match;
		if (placeholder.test(password) || harmlessHost.test(host)) continue;
		findings.push({ where, line: lineOf(text, match.index), rule: 'url-credentials' });
	}
	return findings;
}

function lineOf(text: string, index: number): number {
	let line = 1;
	for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line++;
	return line;
}
