/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function stopSignal(): Promise<void> {
	return new Promise((resolve) => {
		let asked = false;
		const onSignal = () => {
			if (asked) process.exit(130);
			asked = true;
			resolve();
		};
		process.on('SIGTERM', onSignal);
		process.on('SIGINT', onSignal);
	});
}
