import { createHash } from 'node:crypto';
import { parseFactoryCommand } from './factory-command.ts';
import type { FrozenComment } from './frozen.ts';

/** sha256 (hex) over what a run was asked: title, body and comments. Any later edit of any of them gives another digest. */
export function digestSubject(title: string, body: string, comments: readonly FrozenComment[]): string {
	const parts = [title, body, comments.map(({ author, body, createdAt }) => [author, createdAt, body])];
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Whether a comment is nothing but a command to the factory, which is no part of the request. */
export function isBareCommand(body: string): boolean {
	return parseFactoryCommand(body) !== null && !body.trim().includes('\n');
}
