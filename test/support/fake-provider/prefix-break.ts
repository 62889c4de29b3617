import { blocksOf, type JsonObject, objectsOf, withoutMarker } from './body.ts';

/**
 * Where the requests of one conversation stop being append-only, in words; null when each one's tools, system and messages are a byte
 * prefix of the next one's. Cache markers, which move, are not looked at.
 */
export function findPrefixBreak(bodies: readonly JsonObject[]): string | null {
	for (const [index, body] of bodies.entries()) {
		const next = bodies[index + 1];
		if (next === undefined) return null;
		const [before, after] = [partsOf(body), partsOf(next)];
		const broken = before.findIndex((part, place) => part !== after[place]);
		if (broken !== -1)
			return `request ${index + 2} differs from request ${index + 1} in part ${broken}: ${after[broken]?.slice(0, 200)}`;
	}
	return null;
}

function partsOf(body: JsonObject): string[] {
	const system = blocksOf(body.system).map(withoutMarker);
	const messages = objectsOf(body.messages).map((message) =>
		typeof message.content === 'string' || !Array.isArray(message.content)
			? message
			: { ...message, content: objectsOf(message.content).map(withoutMarker) },
	);
	return [body.tools ?? null, system, ...messages].map((part) => JSON.stringify(part));
}
