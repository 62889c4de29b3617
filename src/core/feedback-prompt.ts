import type { Feedback } from './feedback.ts';
import { fence } from './fence.ts';
import { cut } from './markdown.ts';
import { cleanPlain } from './untrusted.ts';

const detailLimit = 8_000;

/** What was sent back so far, the newest last and alone in full length. `none` stands for a first attempt. */
export function feedbackPrompt(feedback: readonly Feedback[], none: string): string {
	if (feedback.length === 0) return none;
	return feedback
		.map(({ from, summary, details }, index) => {
			const limit = index === feedback.length - 1 ? detailLimit : 1_500;
			const text = `${summary}\n\n${cut(details, limit)}`;
			return `Attempt ${index + 1} was sent back by ${from}:\n${fence(cleanPlain(text).text, `feedback of ${from}`)}`;
		})
		.join('\n\n');
}
