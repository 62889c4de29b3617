import type { Rehearsal } from '../../src/demo/rehearsal.ts';

/** An event that the emulated GitHub does not send, as if it had come from the maintainer. `id` is the delivery's. */
export async function deliverEvent(
	{ factory, world }: Rehearsal,
	{ id, event, payload }: { id: string; event: string; payload: object },
): Promise<void> {
	const { installation, repository, maintainer } = world.github;
	const { data } = await maintainer.rest.repos.get({ owner: repository.owner, repo: repository.name });
	const { data: sender } = await maintainer.rest.users.getAuthenticated();
	const whole = { repository: data, sender, installation: { id: installation }, ...payload };
	await factory.deliveries.put({ id, event, payload: JSON.stringify(whole), receivedAt: factory.clock.now() });
	await factory.queue.wake({ lane: 'delivery', id });
}
