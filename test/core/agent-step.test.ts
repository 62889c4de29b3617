import { expect, it } from 'vitest';
import { isAgentStep } from '../../src/core/agent-step.ts';

it('takes an announced act upon GitHub for a promise, and a tool in the worktree for a step', () => {
	expect(isAgentStep({ type: 'effect.intended', job: null, key: 'k', kind: 'comment' })).toBe(false);
	expect(isAgentStep({ type: 'run.ended', outcome: 'done', reason: 'r' })).toBe(false);
	expect(isAgentStep({ type: 'tree.saved', job: 'j', turn: 1, treeSha: 's' })).toBe(true);
});
