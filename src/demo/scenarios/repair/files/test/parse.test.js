const test = require('node:test');
const assert = require('node:assert/strict');
const bytes = require('..');

test('units are read whatever their case', () => {
	assert.equal(bytes.parse('1kb'), 1024);
	assert.equal(bytes.parse('1KB'), 1024);
	assert.equal(bytes.parse('1.5mb'), 1.5 * 1024 * 1024);
	assert.equal(bytes.parse('-2 gb'), -2 * 1024 ** 3);
});

test('a number without a unit is bytes', () => {
	assert.equal(bytes.parse('1024'), 1024);
	assert.equal(bytes.parse(1024), 1024);
});

test('what is no size is null or no number', () => {
	assert.equal(bytes.parse(true), null);
	assert.equal(bytes.parse(undefined), null);
	assert.ok(Number.isNaN(bytes.parse('foobar')));
});
