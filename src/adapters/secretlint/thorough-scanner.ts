import { unwrapText } from '../../core/unwrap-text.ts';
import type { SecretFinding, SecretScanner } from '../../ports/secret-scanner.ts';

/**
 * A scanner that also sees credentials in disguise: those of known forms when they are reversed or encoded, the factory's own in any
 * way that `trace` undoes, also spread over the texts of one call.
 * @param trace the lines, from 1, of a text that hold a part of one of our own secrets.
 */
export function createThoroughScanner(plain: SecretScanner, trace: (text: string) => number[]): SecretScanner {
	return {
		async scan(texts) {
			const findings: SecretFinding[] = [...(await plain.scan(texts))];
			for (const { where, text } of texts) {
				for (const { how, text: unwrapped } of unwrapText(text)) {
					const disguised = await plain.scan([{ where, text: unwrapped }]);
					findings.push(...disguised.map((finding) => ({ ...finding, rule: `${finding.rule}, ${how}` })));
				}
				findings.push(...trace(text).map((line) => ({ where, line, rule: 'own-secret' })));
			}
			if (findings.length === 0 && texts.length > 1) findings.push(...traceTogether(texts, trace));
			return findings;
		},
	};
}

/** A secret whose pieces are too short to be seen one by one. */
function traceTogether(texts: { where: string; text: string }[], trace: (text: string) => number[]): SecretFinding[] {
	if (trace(texts.map(({ text }) => text).join('')).length === 0) return [];
	return [{ where: texts.map(({ where }) => where).join(' + '), line: 1, rule: 'own-secret' }];
}
