import OpenAI from 'openai';
import type { ModelFacts } from '../../ports/catalogue.ts';
import { type Model, ModelFault } from '../../ports/model.ts';
import type { Endpoint } from '../anthropic/anthropic-model.ts';
import { buildModelFault } from '../http/model-fault.ts';
import { defaultStallLimits, watchStalls } from '../http/stall-watch.ts';
import { buildOpenAiBody } from './build-body.ts';
import { readOpenAiStream } from './read-stream.ts';

/** Chat Completions, streamed, one attempt per call: OpenAI, Moonshot, xAI, Google, OpenRouter, local servers. */
export function createOpenAiModel(endpoint: Endpoint, facts: ModelFacts): Model {
	return {
		async complete(request, signal, onDelta) {
			signal.throwIfAborted();
			const watch = watchStalls(endpoint.limits ?? defaultStallLimits, signal);
			// Every credential that the SDK would take from the environment is given here: a key goes to its own provider only. That
			// holds for `OPENAI_ADMIN_KEY` and for an `Authorization` in `OPENAI_CUSTOM_HEADERS` too. No key: no header.
			const client = new OpenAI({
				apiKey: endpoint.key ?? 'none',
				adminAPIKey: null,
				defaultHeaders: { authorization: endpoint.key === null ? null : `Bearer ${endpoint.key}` },
				organization: null,
				project: null,
				baseURL: endpoint.baseUrl,
				maxRetries: 0,
				fetch: watch.fetch,
				logLevel: 'off',
				timeout: endpoint.limits?.totalMs ?? defaultStallLimits.totalMs,
			});
			const startedAt = performance.now();
			const timing: { firstTokenMs: number | null } = { firstTokenMs: null };
			try {
				const { data, request_id: requestId } = await client.chat.completions
					.create(buildOpenAiBody(request, facts), { signal: watch.signal })
					.withResponse();
				const reply = await readOpenAiStream(data, request.place, (delta) => {
					timing.firstTokenMs ??= Math.round(performance.now() - startedAt);
					onDelta?.(delta);
				});
				return { ...reply, ...timing, requestId, durationMs: Math.round(performance.now() - startedAt) };
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
	if (error instanceof OpenAI.APIConnectionError) {
		return new ModelFault('network', `${provider} could not be reached`, { cause: error });
	}
	if (error instanceof OpenAI.APIError) {
		return buildModelFault(
			{
				provider,
				status: error.status ?? null,
				type: error.type ?? '',
				code: String(error.code ?? ''),
				message: error.message,
				headers: error.headers ?? null,
			},
			error,
		);
	}
	const message = error instanceof Error ? error.message : 'unknown';
	return new ModelFault('network', `${provider}: the answer broke off (${message.slice(0, 200)})`, { cause: error });
}
