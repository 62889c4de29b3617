import { ModelFault, type ModelFaultKind } from '../../ports/model.ts';

/** What a provider answered instead of a reply. */
export interface ProviderError {
	provider: string;
	/** Null for an error inside a stream that began with 200. */
	status: number | null;
	/** The provider's own type and code of the error, where it names them. */
	type: string;
	code: string;
	message: string;
	headers: Headers | null;
}

/**
 * Codes and phrases of an empty account. Not the bare word "billing": OpenAI's and Google's limits per minute point to the billing
 * page too (https://github.com/openai/codex/issues/88, https://github.com/RooCodeInc/Roo-Code/issues/3883).
 */
const spendTexts =
	/insufficient_quota|spend_limit|exceeded_current_quota|billing_error|billing_hard_limit|billing_not_active|credit balance|insufficient balance|spending limit/i;
const contextTexts =
	/context_length_exceeded|context window|maximum context|prompt is too long|too many tokens|exceed(s|ed)? (the )?(model's |model )?(maximum|token limit|available context)|maximum prompt length|request_too_large/i;

/** The fault for a provider's error. The provider's message is passed on in part; never for refused keys, which it may quote. */
export function buildModelFault(error: ProviderError, cause: unknown): ModelFault {
	const kind = kindOf(error);
	const status = error.status === null ? 'in the stream' : String(error.status);
	const said = kind === 'not_authorised' ? 'the key was refused' : firstLine(error.message);
	const retryAfterMs = kind === 'rate_limited' || kind === 'overloaded' ? retryAfterOf(error.headers) : null;
	return new ModelFault(kind, `${error.provider} (${status}): ${said}`, { cause, retryAfterMs });
}

function kindOf({ status, type, code, message }: ProviderError): ModelFaultKind {
	const text = `${type} ${code} ${message}`;
	if (status === 402 || (spendTexts.test(text) && status !== null && status < 500)) return 'spend_limit';
	if (status === 429 || type === 'rate_limit_error') return 'rate_limited';
	if (status === 413) return 'context_too_large';
	if (status === 401 || status === 403 || type === 'authentication_error' || type === 'permission_error') {
		return 'not_authorised';
	}
	if (type === 'overloaded_error' || type === 'api_error' || status === 408 || status === 409) return 'overloaded';
	if (status !== null && status >= 500) return 'overloaded';
	if (contextTexts.test(text)) return 'context_too_large';
	if (status === null && type !== 'invalid_request_error') return 'overloaded';
	return 'request_invalid';
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date; null when absent or nonsense. */
function retryAfterOf(headers: Headers | null): number | null {
	const ms = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
	if (Number.isFinite(ms) && ms >= 0) return ms;
	const text = headers?.get('retry-after') ?? '';
	const seconds = Number(text);
	if (text !== '' && Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
	const date = Date.parse(text);
	return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function firstLine(text: string): string {
	return (text.split('\n')[0] ?? '').slice(0, 300);
}
