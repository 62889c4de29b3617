import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import type { Models } from '../../ports/model.ts';

/** How soon work that was halted looks again, ms. */
const lookAgainMs = 30_000;

/**
 * The kill switch: while `DATA_DIR/halt` exists, no process that shares the directory begins anything new. What it returns is called
 * before each act; @throws Fault delayed, so that what was halted goes on when the file is gone.
 */
export function createHalt(dataDirectory: string): () => void {
	const file = join(dataDirectory, 'halt');
	return () => {
		if (!existsSync(file)) return;
		throw new Fault('delayed', `halted: the factory does nothing new until ${file} is removed`, {
			retryAfterMs: lookAgainMs,
		});
	};
}

/** Models that are asked nothing while `mayAct` throws: neither in a new turn, nor again after a failure. */
export function haltModels(models: Models, mayAct: () => void): Models {
	return {
		isConfigured: (arm) => models.isConfigured(arm),
		forArm: (arm) => {
			mayAct();
			const model = models.forArm(arm);
			return {
				complete: async (...given) => {
					mayAct();
					return await model.complete(...given);
				},
			};
		},
	};
}
