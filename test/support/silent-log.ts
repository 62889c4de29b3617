import type { Log } from '../../src/ports/log.ts';

/** For tests of what is done, not of what is said about it. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
