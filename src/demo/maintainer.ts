import type { World } from './world.ts';

/** The label that the default configuration dispatches on. */
export const factoryLabel = 'factory';

/** Files the scenario's issue as the maintainer, without the label. Returns its number. */
export async function fileIssue(world: World): Promise<number> {
	const { github, issue } = world;
	const at = { owner: github.repository.owner, repo: github.repository.name };
	const { data } = await github.maintainer.rest.issues.create({ ...at, ...issue });
	return data.number;
}

/** Sets the label that starts the work. */
export async function labelIssue(world: World, issue: number, label: string = factoryLabel): Promise<void> {
	const { github } = world;
	const at = { owner: github.repository.owner, repo: github.repository.name };
	await github.maintainer.rest.issues.addLabels({ ...at, issue_number: issue, labels: [label] });
}
