import { type Authority, decideAuthority } from '../../src/core/authority.ts';
import type { Actor } from '../../src/core/intent.ts';
import type { Forge } from '../../src/ports/forge.ts';
import { askStanding } from './ask-standing.ts';
import type { IntakeContext } from './intake-context.ts';
import { loadRepositoryPolicy } from './load-repository.ts';

/**
 * Whether the actor may command the factory here, by the default branch's configuration of now. A configuration with mistakes
 * must not keep people from stopping a run: then write access is asked for.
 */
export async function grant(context: IntakeContext, forge: Forge, by: Actor): Promise<Authority> {
	const base = await forge.defaultBranch();
	const loaded = base === null ? null : (await loadRepositoryPolicy(context, forge, base.sha)).loaded;
	const dispatch = loaded?.kind === 'ok' ? loaded.policy.dispatch : { permission: 'write' as const, apps: [] };
	return decideAuthority(by.login, await askStanding(context, forge, by), dispatch);
}
