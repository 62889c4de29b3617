/**
 * One thing that can be chosen for a role: runtime + provider + model + effort.
 * Written `provider/model` or `provider/model@effort` in a mix; the runtime is `native` (our own loop) for now.
 */
export interface Arm {
	runtime: 'native';
	provider: string;
	model: string;
	effort: 'low' | 'medium' | 'high' | null;
}

const pattern = /^(?<provider>[a-z0-9-]+)\/(?<model>[^\s@]+)(?:@(?<effort>low|medium|high))?$/;

/** The arm that a mix names, or null when the text is not of the form `provider/model[@effort]`. */
export function parseArm(text: string): Arm | null {
	const groups = pattern.exec(text)?.groups;
	if (groups?.provider === undefined || groups.model === undefined) return null;
	return {
		runtime: 'native',
		provider: groups.provider,
		model: groups.model,
		effort: (groups.effort as Arm['effort'] | undefined) ?? null,
	};
}

export function formatArm(arm: Arm): string {
	return `${arm.provider}/${arm.model}${arm.effort === null ? '' : `@${arm.effort}`}`;
}
