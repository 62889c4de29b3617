const test = require('node:test');
const assert = require('node:assert/strict');
const bytes = require('..');

test('the unit follows from the size', () => {
	assert.equal(bytes(1000), '1000B');
	assert.equal(bytes(1024), '1KB');
	assert.equal(bytes(-1024), '-1KB');
	assert.equal(bytes(3 * 1024 ** 4), '3TB');
});

test('decimal places are cut to two, or to what is asked for', () => {
	assert.equal(bytes.format(1.005 * 1024 ** 2), '1MB');
	assert.equal(bytes.format(1.25 * 1024, { decimalPlaces: 1 }), '1.3KB');
	assert.equal(bytes.format(1024, { fixedDecimals: true }), '1.00KB');
});

test('thousands are separated when asked for', () => {
	assert.equal(bytes.format(1000, { thousandsSeparator: ' ' }), '1 000B');
	assert.equal(bytes.format(1234567, { thousandsSeparator: ',', unit: 'B' }), '1,234,567B');
	assert.equal(bytes.format(-1234567, { thousandsSeparator: ',', unit: 'B' }), '-1,234,567B');
	assert.equal(bytes.format(1000.5 * 1024, { thousandsSeparator: ',' }), '1,000.5KB');
});

test('the unit can stand apart', () => {
	assert.equal(bytes.format(1024, { unitSeparator: ' ' }), '1 KB');
});

test('what is no finite number is null', () => {
	assert.equal(bytes.format(Number.NaN), null);
	assert.equal(bytes.format(Number.POSITIVE_INFINITY), null);
});
