import { createHash } from 'node:crypto';
import type { Verdict } from './verdict.ts';

/** What a verdict is about. Anything else, or anything newer, needs another verdict. */
export type VerdictSubject = Pick<Verdict, 'repository' | 'pullRequest' | 'headSha' | 'baseSha' | 'rubricVersion'>;

/** Short and unique for what a verdict is about; the external id of its check run. */
export function formatVerdictKey(subject: VerdictSubject): string {
	const { repository, pullRequest, headSha, baseSha, rubricVersion } = subject;
	const text = [repository.toLowerCase(), pullRequest, headSha, baseSha, rubricVersion].join('\n');
	return `verdict:${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
}
