/** When a call is given up: milliseconds without bytes or an end, and bytes without an end. */
export interface StallLimits {
	/** Until the first byte of the answer's body. */
	firstByteMs: number;
	/** Between two chunks of bytes. Keep-alive pings count: they show that somebody is there. */
	idleMs: number;
	/** For the whole answer. */
	totalMs: number;
	/** Of the whole answer: a server that streams for ever must not fill the memory. 64 MiB when left out. */
	totalBytes?: number;
}

/** The longest answers of the catalogue are 128,000 tokens: well under this, even in a frame of 300 bytes each. */
const mostBytes = 64 * 1024 * 1024;

export const defaultStallLimits: StallLimits = { firstByteMs: 180_000, idleMs: 90_000, totalMs: 1_800_000 };

/**
 * A `fetch` for one call that notices when no bytes come. The providers' SDKs time only the connection and drop pings, so the bytes
 * are counted below them (https://github.com/anthropics/anthropic-sdk-typescript/issues/749).
 */
export interface StallWatch {
	fetch: typeof fetch;
	/** Aborts on a stall, and when the caller's signal does. */
	signal: AbortSignal;
	/** What was waited for in vain; null when it was not the watch that aborted. */
	stalled(): string | null;
	/** Ends all timers. To be called when the call is over, whatever came of it. */
	stop(): void;
}

export function watchStalls(limits: StallLimits, outer: AbortSignal): StallWatch {
	const controller = new AbortController();
	let reason: string | null = null;
	let timer: NodeJS.Timeout | undefined;
	let received = 0;
	const most = limits.totalBytes ?? mostBytes;
	const give = (why: string) => {
		reason = why;
		controller.abort(new Error(why));
	};
	const arm = (ms: number, why: string) => {
		clearTimeout(timer);
		timer = setTimeout(() => give(why), ms);
	};
	const total = setTimeout(() => give(`no end within ${limits.totalMs / 1000} s`), limits.totalMs);
	const forward = () => controller.abort(outer.reason);
	outer.addEventListener('abort', forward, { once: true });
	if (outer.aborted) forward();
	return {
		signal: controller.signal,
		stalled: () => reason,
		stop() {
			clearTimeout(timer);
			clearTimeout(total);
			outer.removeEventListener('abort', forward);
		},
		async fetch(input, init) {
			arm(limits.firstByteMs, `no answer within ${limits.firstByteMs / 1000} s`);
			const response = await fetch(input, init);
			if (response.body === null) return response;
			const reader = response.body.getReader();
			const counted = new ReadableStream<Uint8Array>(
				{
					async pull(sink) {
						const { done, value } = await reader.read();
						if (done) return sink.close();
						arm(limits.idleMs, `no bytes for ${limits.idleMs / 1000} s`);
						received += value.byteLength;
						if (received > most) give(`no end within ${most} bytes`);
						sink.enqueue(value);
					},
					cancel: (why) => reader.cancel(why),
				},
				{ highWaterMark: 0 },
			);
			return new Response(counted, response);
		},
	};
}
