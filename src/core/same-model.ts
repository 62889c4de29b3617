import { parseArm } from './arm.ts';

/**
 * Whether two arms (`provider/model@effort`) are the same model, so that one is no independent judge of the other. Effort does
 * not make another model, nor does a reseller: `openrouter/anthropic/claude-x` is `anthropic/claude-x`.
 */
export function isSameModel(a: string, b: string): boolean {
	return modelOf(a) === modelOf(b);
}

function modelOf(text: string): string {
	const model = parseArm(text)?.model ?? text;
	const last = model.split('/').at(-1) ?? model;
	return last.toLowerCase().replace(/:(free|batch|nitro|floor)$/, '');
}
