import { z } from 'zod';
import { Fault } from '../../core/fault.ts';

/** What Octokit throws, as far as it is used here. Its classes are not imported: several copies of them may be installed. */
const WireError = z.object({
	status: z.number(),
	message: z.string(),
	request: z.object({ method: z.string(), url: z.string() }).optional(),
	response: z
		.object({ headers: z.record(z.string(), z.unknown()).default({}), data: z.unknown().optional() })
		.optional(),
});

const GraphqlError = z.object({
	name: z.literal('GraphqlResponseError'),
	errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).min(1),
	headers: z.record(z.string(), z.unknown()).default({}),
});

/** GitHub asks for at least a minute where it names no time. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const shortestDelayMs = 60_000;

/** The HTTP status of an error of Octokit, or null for anything else. */
export function statusOf(error: unknown): number | null {
	return WireError.safeParse(error).data?.status ?? null;
}

/** GitHub's own words in an error of Octokit; empty for anything else. */
export function messageOf(error: unknown): string {
	return WireError.safeParse(error).data?.message ?? '';
}

/**
 * Anything that a call to GitHub threw, as a fault: rate limits are `delayed` until the time that GitHub names, 5xx and the
 * network `transient`, everything else `permanent` with the way out. Carries no cause: Octokit's errors hold the request's headers.
 * `doing` says what was tried, `now` is ms since 1970.
 */
export function toFault(error: unknown, doing: string, now: number): Fault {
	if (error instanceof Fault) return error;
	const graphql = GraphqlError.safeParse(error).data;
	if (graphql !== undefined) return fromGraphql(graphql, doing, now);
	const wire = WireError.safeParse(error).data;
	if (wire === undefined) return new Fault('transient', `${doing}: no answer from GitHub (${tidy(String(error))})`);
	const { status, message } = wire;
	const headers = wire.response?.headers ?? {};
	const place = wire.request === undefined ? '' : ` to ${wire.request.method} ${pathOf(wire.request.url)}`;
	const said = `${doing}: GitHub answered ${status}${place}: ${tidy(message)}`;

	const delay = delayOf(status, message, headers, now);
	if (delay !== null) {
		return new Fault('delayed', `${doing}: GitHub's rate limit, ${Math.ceil(delay / 1000)} s`, { retryAfterMs: delay });
	}
	if (/\bsuspended\b/i.test(message)) {
		return new Fault('permanent', `${said}. The installation is suspended: its owner can resume it in the settings.`);
	}
	// Octokit gives errors of the network the status 500, without a response.
	if (status >= 500 || status === 408 || wire.response === undefined) return new Fault('transient', said);
	if (status === 401)
		return new Fault('permanent', `${said}. Check APP_ID, the private key, and this machine's clock.`);
	if (status === 403) {
		const needed = headers['x-accepted-github-permissions'];
		const hint = typeof needed === 'string' && needed !== '' ? ` It needs the permission ${tidy(needed)}.` : '';
		return new Fault('permanent', `${said}.${hint} \`dark-factory doctor\` compares the App's permissions.`);
	}
	return new Fault(status === 409 ? 'transient' : 'permanent', said);
}

function fromGraphql(error: z.infer<typeof GraphqlError>, doing: string, now: number): Fault {
	const [first] = error.errors;
	const said = `${doing}: GitHub answered: ${tidy(error.errors.map((one) => one.message).join('; '))}`;
	if (first?.type !== 'RATE_LIMITED') return new Fault('permanent', said);
	const delay = delayOf(429, '', error.headers, now) ?? shortestDelayMs;
	return new Fault('delayed', said, { retryAfterMs: delay });
}

/** How long GitHub wants to be left alone, in ms; null when the answer is about something else. */
function delayOf(status: number, message: string, headers: Record<string, unknown>, now: number): number | null {
	if (status !== 403 && status !== 429) return null;
	const retryAfter = Number(headers['retry-after']);
	if (Number.isFinite(retryAfter) && retryAfter > 0) return retryAfter * 1000;
	const reset = Number(headers['x-ratelimit-reset']);
	if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset)) {
		return Math.max(1000, reset * 1000 - now + 1000);
	}
	return status === 429 || /\b(?:secondary )?rate limit\b/i.test(message) ? shortestDelayMs : null;
}

function pathOf(url: string): string {
	return URL.canParse(url) ? new URL(url).pathname : url.replace(/\?.*$/s, '');
}

/** One short line without anything that looks like a token of GitHub's, of the new dotted kind, too. */
function tidy(text: string): string {
	return text
		.replace(/\b(?:gh[a-z]_|github_pat_|v\d\.)[\w.-]{10,}/g, '[token]')
		.replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '[token]')
		.replace(/\s+/g, ' ')
		.slice(0, 300);
}
