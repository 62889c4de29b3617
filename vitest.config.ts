import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		// Most of the time is spent waiting for git, sandboxes and servers: one more than the processors takes half as long.
		maxWorkers: availableParallelism() + 1,
		include: ['test/**/*.test.ts'],
		testTimeout: 30_000,
		hookTimeout: 60_000,
		reporters: ['default'],
	},
});
