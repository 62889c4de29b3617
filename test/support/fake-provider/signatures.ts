import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { blocksOf, type JsonObject, objectsOf, withoutMarker } from './body.ts';

/**
 * Signs thinking as the newest models do: the signature binds the text, the model and everything that was sent before it, tools and
 * system included. Nothing is remembered; the signature carries all.
 */
export class Signatures {
	readonly #key = 'the fake provider of the tests';

	/** The signature of `thinking`, the answer to `body`. */
	sign(body: JsonObject, thinking: string): string {
		const messages = objectsOf(body.messages);
		return this.#make(String(body.model), prefixDigests(body, messages).at(-1) ?? '', thinking);
	}

	/** What is wrong with a thinking block of the request, in the API's words; null when nothing is. Another model's are ignored. */
	findProblem(body: JsonObject): string | null {
		const messages = objectsOf(body.messages);
		const prefixes = prefixDigests(body, messages);
		for (const [index, message] of messages.entries()) {
			for (const [place, block] of blocksOf(message.content).entries()) {
				if (block.type !== 'thinking') continue;
				const signature = String(block.signature ?? '');
				if (!signature.startsWith(`${body.model}.`) && signature.includes('.')) continue;
				const expected = this.#make(String(body.model), prefixes[index] ?? '', String(block.thinking));
				if (isSame(signature, expected)) continue;
				return `messages.${index}.content.${place}: Invalid \`signature\` in \`thinking\` block`;
			}
		}
		return null;
	}

	#make(model: string, prefix: string, thinking: string): string {
		const mac = createHmac('sha256', this.#key).update(prefix).update('\0').update(thinking).digest('base64');
		return `${model}.${mac}`;
	}
}

/** A digest of what stands before each message, and last of all messages. Cache markers are not part of it. */
function prefixDigests(body: JsonObject, messages: readonly JsonObject[]): string[] {
	let digest = createHash('sha256')
		.update(JSON.stringify(objectsOf(body.tools).map(withoutMarker)))
		.update(JSON.stringify(blocksOf(body.system).map(withoutMarker)))
		.digest('base64');
	const digests = [digest];
	for (const message of messages) {
		const text = JSON.stringify([message.role ?? null, blocksOf(message.content).map(withoutMarker)]);
		digest = createHash('sha256').update(digest).update(text).digest('base64');
		digests.push(digest);
	}
	return digests;
}

function isSame(left: string, right: string): boolean {
	return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
