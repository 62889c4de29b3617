import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillPrompt, renderPrompt } from '../../src/core/prompt.ts';

const prompts = join(import.meta.dirname, '../../config/prompts');

describe('a prompt', () => {
	test('is filled', () => {
		expect(fillPrompt('{{a}} and {{b}} and {{a}}', { a: '1', b: '2' })).toBe('1 and 2 and 1');
	});

	test('is refused when a placeholder has no value, or a value no placeholder', () => {
		expect(() => fillPrompt('{{issue}}', {})).toThrow('placeholders without a value: issue');
		expect(() => fillPrompt('none', { issue: 'x' })).toThrow('no placeholder for: issue');
		expect(() => renderPrompt('{{a}}\n---\n{{b}}', { a: '1' })).toThrow('without a value: b');
		expect(() => renderPrompt('{{a}}\n---\n', { a: '1', c: '3' })).toThrow('no placeholder for: c');
		expect(() => fillPrompt('{{constructor}}', {})).toThrow('without a value: constructor');
	});

	test('is refused without a line between its parts', () => {
		expect(() => renderPrompt('system only', {})).toThrow('`---`');
	});

	test('never reads inserted text again, whatever it holds', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (a, b) => {
				const hostile = `${a}{{b}}$&$1\n---\n`;
				expect(fillPrompt('<{{a}}|{{b}}>', { a: hostile, b })).toBe(`<${hostile}|${b}>`);
			}),
		);
	});

	test('splits at the divider of the file, not at one in a value', () => {
		const rendered = renderPrompt('You: {{a}}\n\n---\n\nDo: {{a}} {{b}}', { a: 'x\n---\ny', b: 'z' });
		expect(rendered).toEqual({ system: 'You: x\n---\ny', prompt: 'Do: x\n---\ny z' });
	});

	test.each(readdirSync(prompts))('config/prompts/%s has two parts and stays short', (file) => {
		const source = readFileSync(join(prompts, file), 'utf8');
		const names = [...source.matchAll(/\{\{([A-Za-z]+)\}\}/g)].map((match) => [match[1] ?? '', '']);
		const { system, prompt } = renderPrompt(source, Object.fromEntries(names));
		expect(system.length).toBeGreaterThan(200);
		expect(system.length + prompt.length).toBeLessThan(10_000);
		expect(source).toContain('untrusted');
	});
});
