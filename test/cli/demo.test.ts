import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { demo } from '../../src/cli/demo.ts';
import type { Output } from '../../src/cli/output.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function keptOutput(): Output & { said: string[] } {
	const said: string[] = [];
	const say = (text: string) => void said.push(text);
	return { out: say, err: say, said, colors: createColors(false), format: 'text' };
}

test('an unknown scenario is wrong use, answered with the known ones', async () => {
	const output = keptOutput();
	expect(await demo(['gren'], {}, output)).toBe(2);
	expect(output.said.join()).toContain('There is no scenario gren: green, repair, blocked, injected, all.');
});

test('does not write over what an earlier demo kept', async () => {
	const keep = temporaryDirectory();
	mkdirSync(join(keep, 'green'));
	const output = keptOutput();
	expect(await demo(['green'], { keep }, output)).toBe(2);
	expect(output.said.join()).toContain('exists already');
});
