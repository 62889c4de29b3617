import { extname } from 'node:path';
import { lintSource } from '@secretlint/core';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretFinding, SecretScanner } from '../../ports/secret-scanner.ts';
import { findFurtherSecrets } from './further-secrets.ts';

/** Lets a comment in the text switch the other rules off: anyone who writes the text could. */
const commentRule = '@secretlint/secretlint-rule-filter-comments';

const config = {
	rules: rules.filter((rule) => rule.meta.id !== commentRule).map((rule) => ({ id: rule.meta.id, rule })),
};

/** Finds credentials of known forms. Findings carry the place and the rule, never the value. */
export function createSecretlintScanner(): SecretScanner {
	return {
		async scan(texts) {
			const findings: SecretFinding[] = [];
			for (const { where, text } of texts) {
				findings.push(...(await lint(where, text)), ...findFurtherSecrets(where, text));
			}
			return findings;
		},
	};
}

async function lint(where: string, text: string): Promise<SecretFinding[]> {
	const source = { filePath: where, content: text, ext: extname(where), contentType: 'text' as const };
	const result = await lintSource({ source, options: { config, noPhysicFilePath: true, maskSecrets: true } });
	return result.messages.map((message) => ({
		where,
		line: message.loc.start.line,
		rule: `${message.ruleId.replace(/^@secretlint\/secretlint-rule-/, '')}/${message.messageId}`,
	}));
}
