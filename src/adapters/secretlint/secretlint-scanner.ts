import { extname } from 'node:path';
import type { SecretFinding, SecretScanner } from '../../ports/secret-scanner.ts';
import { findFurtherSecrets } from './further-secrets.ts';

/** Lets a comment in the text switch the other rules off: anyone who writes the text could. */
const commentRule = '@secretlint/secretlint-rule-filter-comments';

type Lint = (where: string, text: string) => Promise<SecretFinding[]>;

/** Finds credentials of known forms. Findings carry the place and the rule, never the value. */
export function createSecretlintScanner(): SecretScanner {
	let loading: Promise<Lint> | null = null;
	return {
		async scan(texts) {
			loading ??= loadRules();
			const lint = await loading;
			const findings: SecretFinding[] = [];
			for (const { where, text } of texts) {
				findings.push(...(await lint(where, text)), ...findFurtherSecrets(where, text));
			}
			return findings;
		},
	};
}

/** The rules are large, and loaded with the first scan. */
async function loadRules(): Promise<Lint> {
	const [{ lintSource }, { rules }] = await Promise.all([
		import('@secretlint/core'),
		import('@secretlint/secretlint-rule-preset-recommend'),
	]);
	const chosen = rules.filter((rule) => rule.meta.id !== commentRule).map((rule) => ({ id: rule.meta.id, rule }));
	const options = { config: { rules: chosen }, noPhysicFilePath: true, maskSecrets: true };
	return async (where, text) => {
		const source = { filePath: where, content: text, ext: extname(where), contentType: 'text' as const };
		const result = await lintSource({ source, options });
		return result.messages.map((message) => ({
			where,
			line: message.loc.start.line,
			rule: `${message.ruleId.replace(/^@secretlint\/secretlint-rule-/, '')}/${message.messageId}`,
		}));
	};
}
