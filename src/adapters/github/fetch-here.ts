const redirects: ReadonlySet<number> = new Set([301, 302, 307, 308]);
/** A renamed repository takes one; a circle ends. */
const mostHops = 3;

/**
 * `fetch` that follows redirects on the same host only, and repeats the request as it was. The platform's own would turn a POST that is
 * answered 301 (a renamed repository) into a GET, whose answer then looks like a write that was done.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
 * @returns 421 in the place of a redirect that is not followed.
 */
export async function fetchHere(url: string, init: RequestInit): Promise<Response> {
	let at = new URL(url);
	for (let hop = 0; hop <= mostHops; hop++) {
		const response = await fetch(at.href, { ...init, redirect: 'manual' });
		const location = response.headers.get('location');
		if (!redirects.has(response.status) || location === null) return response;
		await response.body?.cancel();
		const next = URL.canParse(location, at.href) ? new URL(location, at) : null;
		if (next?.origin !== at.origin) return refuse('GitHub redirected to another host');
		at = next;
	}
	return refuse('GitHub redirected in a circle');
}

function refuse(message: string): Response {
	return Response.json({ message }, { status: 421 });
}
