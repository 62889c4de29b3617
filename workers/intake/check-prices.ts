import { parseArm } from '../../src/core/arm.ts';
import { inlineCode } from '../../src/core/markdown.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Refusal } from '../../src/core/refusal.ts';
import type { Catalogue } from '../../src/ports/catalogue.ts';
import type { Workflow } from '../../src/workflow/workflow.ts';

/** Refuses a mix or workflow with a model of unknown price: `usdPerRun` could not hold it. Null when all have one, or need none. */
export function findUnpriced(policy: Policy, workflow: Workflow, catalogue: Catalogue): Refusal | null {
	if (policy.limits.unpricedModels === 'allow') return null;
	const chosen = [...Object.values(policy.mix).flat(), ...workflow.jobs.flatMap((job) => job.model ?? [])];
	const unpriced = [...new Set(chosen)].filter((name) => {
		const arm = parseArm(name);
		return arm === null || (catalogue.facts(arm)?.prices(0) ?? null) === null;
	});
	if (unpriced.length === 0) return null;
	const names = unpriced.map(inlineCode).join(', ');
	const message = `No price is known for ${names}, so \`limits.usdPerRun\` could not be kept. Choose other models, or set \`limits.unpricedModels: allow\`.`;
	return { kind: 'unpriced_model', message };
}
