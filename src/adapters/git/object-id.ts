import { Fault } from '../../core/fault.ts';

/** Anything else (a branch name, an option) could mean something else tomorrow, or to git's argument parser. */
export function requireObjectId(text: string): void {
	if (!/^[0-9a-f]{40}$/.test(text)) throw new Fault('permanent', `"${text.slice(0, 60)}" is not a full git object id`);
}
