/** Fires at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function signalOnStop(): AbortSignal {
	const stop = new AbortController();
	const onSignal = () => {
		if (stop.signal.aborted) process.exit(130);
		stop.abort(new Error('The process was told to stop.'));
	};
	process.on('SIGTERM', onSignal);
	process.on('SIGINT', onSignal);
	return stop.signal;
}

/** Resolves when the process is told to stop. */
export function stopSignal(): Promise<void> {
	const signal = signalOnStop();
	return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
