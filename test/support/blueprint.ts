import type { Blueprint } from '../../src/core/blueprint.ts';

/** A plan for the harness's default repository and issue. */
export const widgetBlueprint: Blueprint = {
	summary: 'Widgets stand still',
	rootCause: 'src/widget.js:1 says that they wobble',
	constraints: ['They wobble when it is windy.'],
	steps: ['Turn wobble off'],
	files: [{ path: 'src/widget.js', why: 'the cause' }],
	tests: [{ name: 'a widget stands still', file: 'test/widget.test.js', command: 'node --test test/widget.test.js' }],
	risks: ['Somebody may like wobbling'],
	outOfScope: ['Gadgets'],
	risk: 'low',
};
