/**
 * For `describe.skipIf(...)`: true, with a line that says why, when a service that tests start themselves is not installed.
 * @throws Error in CI, where nothing may be skipped in silence.
 */
export function isMissing(service: string, reason: string | null): boolean {
	if (reason === null) return false;
	if (process.env.CI === 'true') throw new Error(`${service} is needed by the tests: ${reason}`);
	console.warn(`SKIPPED: tests with ${service}: ${reason}`);
	return true;
}
