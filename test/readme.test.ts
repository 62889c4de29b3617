import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readBundledTexts } from '../src/bundled.ts';
import { loadPolicy } from '../src/core/load-policy.ts';
import { readCatalogue } from '../src/factory.ts';

const readme = readFileSync('README.md', 'utf8');

it('shows a configuration that is valid', () => {
	const example = /```yaml\n(.*?)```/s.exec(readme)?.[1];
	if (example === undefined) throw new Error('the README shows no configuration');
	const bundled = readBundledTexts();
	const loaded = loadPolicy({
		text: example,
		path: 'README.md',
		defaults: bundled.defaults,
		knownModels: readCatalogue(bundled).names(),
	});
	expect(loaded).toMatchObject({ kind: 'ok', warnings: [] });
});

it('links only to pages that are there', () => {
	const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)]
		.map(([, link = '']) => link)
		.filter((link) => !/^https?:/.test(link));
	expect(links.length).toBeGreaterThan(5);
	expect(links.filter((link) => !existsSync(link))).toEqual([]);
});
