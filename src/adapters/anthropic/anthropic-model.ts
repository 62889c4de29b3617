import Anthropic from '@anthropic-ai/sdk';
import type { ModelFacts } from '../../ports/catalogue.ts';
import { type Model, ModelFault } from '../../ports/model.ts';
import { buildModelFault } from '../http/model-fault.ts';
import { defaultStallLimits, type StallLimits, watchStalls } from '../http/stall-watch.ts';
import { buildAnthropicBody } from './build-body.ts';
import { readAnthropicStream } from './read-stream.ts';

/** Where and as whom to call. */
export interface Endpoint {
	/** The provider's name in the catalogue, for messages. */
	provider: string;
	baseUrl: string;
	/** Null for servers that want none. */
	key: string | null;
	limits?: StallLimits;
}

/** Anthropic's Messages API, streamed, one attempt per call. */
export function createAnthropicModel(endpoint: Endpoint, facts: ModelFacts): Model {
	return {
		async complete(request, signal, onDelta) {
			signal.throwIfAborted();
			const watch = watchStalls(endpoint.limits ?? defaultStallLimits, signal);
			// Every credential that the SDK would take from the environment or from files in the home directory is given here: a key goes
			// to its own provider only. No key: no header.
			const client = new Anthropic({
				apiKey: endpoint.key ?? 'none',
				defaultHeaders: { authorization: endpoint.key === null ? null : `Bearer ${endpoint.key}` },
				baseURL: endpoint.baseUrl,
				maxRetries: 0,
				fetch: watch.fetch,
				logLevel: 'off',
				timeout: endpoint.limits?.totalMs ?? defaultStallLimits.totalMs,
			});
			const startedAt = performance.now();
			const timing: { firstTokenMs: number | null } = { firstTokenMs: null };
			try {
				const { data, request_id: requestId } = await client.messages
					.create(buildAnthropicBody(request, facts), { signal: watch.signal })
					.withResponse();
				const reply = await readAnthropicStream(data, (delta) => {
					timing.firstTokenMs ??= Math.round(performance.now() - startedAt);
					onDelta?.(delta);
				});
				return {
					...reply,
					...timing,
					requestId: requestId ?? null,
					durationMs: Math.round(performance.now() - startedAt),
				};
			} catch (error) {
				signal.throwIfAborted();
				throw mapError(error, endpoint.provider, watch.stalled());
			} finally {
				watch.stop();
			}
		},
	};
}

function mapError(error: unknown, provider: string, stalled: string | null): ModelFault {
	if (stalled !== null) return new ModelFault('stalled', `${provider}: ${stalled}`, { cause: error });
	if (error instanceof ModelFault) return error;
	if (error instanceof Anthropic.APIConnectionError) {
		return new ModelFault('network', `${provider} could not be reached`, { cause: error });
	}
	if (error instanceof Anthropic.APIError) {
		return buildModelFault(
			{
				provider,
				status: error.status ?? null,
				type: error.type ?? '',
				code: error.errorCode ?? '',
				message: error.apiMessage ?? error.message,
				headers: error.headers ?? null,
			},
			error,
		);
	}
	const message = error instanceof Error ? error.message : 'unknown';
	return new ModelFault('network', `${provider}: the answer broke off (${message.slice(0, 200)})`, { cause: error });
}
