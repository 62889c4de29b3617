import { findAnthropicProblem } from './anthropic-checks.ts';
import { buildAnthropicEvents, countOutput, formatAnthropicEvent } from './anthropic-events.ts';
import { MarkedCache } from './marked-cache.ts';
import { Signatures } from './signatures.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { Wire } from './wire.ts';

export function createAnthropicWire(clock: VirtualClock, minimumCachedTokens: number): Wire {
	const cache = new MarkedCache(clock, minimumCachedTokens);
	const signatures = new Signatures();
	const formatError = (type: string, message: string) => ({ type: 'error', error: { type, message } });
	return {
		protocol: 'anthropic',
		ping: formatAnthropicEvent('ping', {}),
		findProblem: (body) => findAnthropicProblem(body, signatures),
		answer(body, reply, number) {
			const { usage, commit } = cache.lookUp(body);
			const signature = signatures.sign(body, reply.think ?? '');
			const written = usage.written['5m'] + usage.written['1h'];
			return {
				events: buildAnthropicEvents(reply, { id: `msg_${number}`, model: String(body.model), usage, signature }),
				tokens: {
					prompt: usage.fresh + usage.read + written,
					cached: usage.read,
					written,
					output: countOutput(reply),
				},
				begin: commit,
			};
		},
		formatError,
		formatErrorEvent: (type, message) => formatAnthropicEvent('error', { error: { type, message } }),
	};
}
