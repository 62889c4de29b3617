const test = require('node:test');
const assert = require('node:assert/strict');
const ms = require('..');

test('text is read as milliseconds', () => {
	assert.equal(ms('100'), 100);
	assert.equal(ms('1m'), 60000);
	assert.equal(ms('2.5 hrs'), 9000000);
	assert.equal(ms('2 days'), 172800000);
});

test('what is no time is undefined', () => {
	assert.equal(ms('tomorrow'), undefined);
});

test('milliseconds are written with the largest unit that fits', () => {
	assert.equal(ms(500), '500ms');
	assert.equal(ms(60000), '1m');
	assert.equal(ms(10 * 3600000), '10h');
	assert.equal(ms(234234234), '3d');
});

test('the long form says the unit in words', () => {
	assert.equal(ms(500, { long: true }), '500 ms');
	assert.equal(ms(1000, { long: true }), '1 second');
	assert.equal(ms(1200, { long: true }), '1 second');
	assert.equal(ms(10 * 1000, { long: true }), '10 seconds');
});

test('nothing, and no number, are errors', () => {
	assert.throws(() => ms(''), /not a non-empty string/);
	assert.throws(() => ms(Number.NaN), /valid number/);
});
