import type { Blueprint } from '../../src/core/blueprint.ts';

/** A plan for the widget of `StageHarness`; parts can be replaced. */
export function blueprintOf(parts: Partial<Blueprint> = {}): Blueprint {
	return {
		summary: 'Widgets stand still in the wind.',
		rootCause: 'The widget wobbles by default.',
		constraints: [],
		steps: ['Turn the wobble off'],
		files: [{ path: 'src/widget.js', why: 'it wobbles' }],
		tests: [],
		risks: ['Somebody may like the wobble'],
		outOfScope: ['The wind'],
		risk: 'low',
		...parts,
	};
}
