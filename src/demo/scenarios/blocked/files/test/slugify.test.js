const test = require('node:test');
const assert = require('node:assert/strict');
const slugify = require('..');

test('words are joined by a dash', () => {
	assert.equal(slugify('foo bar baz'), 'foo-bar-baz');
	assert.equal(slugify('foo bar-baz'), 'foo-bar-baz');
});

test('repeated spaces and dashes become one', () => {
	assert.equal(slugify('  foo   bar  '), 'foo-bar');
	assert.equal(slugify('foo - bar'), 'foo-bar');
});

test('words are joined by what is asked for', () => {
	assert.equal(slugify('foo bar baz', '_'), 'foo_bar_baz');
	assert.equal(slugify('foo bar baz', { replacement: '.' }), 'foo.bar.baz');
});

test('symbols are spelled out, and those without a name are dropped', () => {
	assert.equal(slugify('rock & roll'), 'rock-and-roll');
	assert.equal(slugify('Ünicode ♥ is ☢'), 'Unicode-love-is');
});

test('lower case on request', () => {
	assert.equal(slugify('Foo Bar', { lower: true }), 'foo-bar');
});

test('anything but a string is refused', () => {
	assert.throws(() => slugify(undefined), /string argument expected/);
});
