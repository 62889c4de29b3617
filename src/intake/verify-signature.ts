import { createHmac, timingSafeEqual } from 'node:crypto';

const form = /^sha256=([0-9a-f]{64})$/;

/** Whether `X-Hub-Signature-256` has the form that GitHub gives it. Says nothing about its truth. */
export function isSignature(header: string): boolean {
	return form.test(header);
}

/**
 * Whether one of the secrets made the signature over exactly these bytes. Every secret is tried in constant time; the current
 * one and, during a rotation, the previous one.
 */
export function verifySignature(secrets: readonly string[], body: Uint8Array, header: string): boolean {
	const digest = form.exec(header)?.[1];
	if (digest === undefined) return false;
	const given = Buffer.from(digest, 'hex');
	const matches = secrets.map((secret) => timingSafeEqual(createHmac('sha256', secret).update(body).digest(), given));
	return matches.includes(true);
}
