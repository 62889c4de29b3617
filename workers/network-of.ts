import type { Policy } from '../src/core/policy.ts';
import type { SandboxCommand } from '../src/ports/sandbox.ts';

/** A `network` setting of the policy in the sandbox's terms: an empty list of hosts is no network. */
export function networkOf(setting: Policy['network']['run']): SandboxCommand['network'] {
	return setting !== 'registries' && setting.length === 0 ? 'none' : { hosts: setting };
}
