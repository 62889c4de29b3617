var assert = require('node:assert/strict');
var test = require('node:test');
var ms = require('..');

test('parses every unit', function () {
  assert.equal(ms('100'), 100);
  assert.equal(ms('100ms'), 100);
  assert.equal(ms('1s'), 1000);
  assert.equal(ms('1m'), 60000);
  assert.equal(ms('1h'), 3600000);
  assert.equal(ms('2d'), 172800000);
  assert.equal(ms('1y'), 31557600000);
});

test('parses decimals, spaces and capitals', function () {
  assert.equal(ms('1.5h'), 5400000);
  assert.equal(ms('.5ms'), 0.5);
  assert.equal(ms('1   s'), 1000);
  assert.equal(ms('1.5H'), 5400000);
});

test('gives undefined for what is no duration', function () {
  assert.equal(ms('☃'), undefined);
  assert.equal(ms('10-.5'), undefined);
  assert.equal(ms('1 fortnight'), undefined);
});

test('formats with the largest unit that fits', function () {
  assert.equal(ms(500), '500ms');
  assert.equal(ms(60000), '1m');
  assert.equal(ms(10 * 60 * 60 * 1000), '10h');
  assert.equal(ms(234234234), '3d');
});

test('formats in words when asked to', function () {
  assert.equal(ms(500, { long: true }), '500 ms');
  assert.equal(ms(1200, { long: true }), '1 second');
  assert.equal(ms(10 * 60 * 1000, { long: true }), '10 minutes');
});

test('refuses what is neither a text nor a number', function () {
  assert.throws(function () {
    ms('');
  });
  assert.throws(function () {
    ms(NaN);
  });
});
