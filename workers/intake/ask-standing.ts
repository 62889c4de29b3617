import type { Standing } from '../../src/core/authority.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Actor } from '../../src/core/intent.ts';
import type { Forge } from '../../src/ports/forge.ts';
import type { IntakeContext } from './intake-context.ts';

const tries = 3;

/**
 * What GitHub says of the actor now. Faults are tried again a few times; then the standing is `unknown`, which is refused.
 * @throws Fault delayed when GitHub named a time to come back at.
 */
export async function askStanding(context: IntakeContext, forge: Forge, by: Actor): Promise<Standing> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			if (by.kind === 'bot') return { kind: 'app', id: by.appId ?? (await forge.appIdOf(by.login)) };
			return { kind: 'person', permission: await forge.permissionOf(by.login) };
		} catch (error) {
			if (error instanceof Fault && error.kind === 'delayed') throw error;
			context.log.warn({ err: error, attempt }, 'Permission could not be read');
			if (attempt === tries) return { kind: 'unknown' };
			await context.clock.sleep(500 * 2 ** attempt);
		}
	}
}
