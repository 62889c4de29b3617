import { createFactory, type Factory } from '../factory.ts';
import type { Environment, Settings } from '../settings.ts';

/** Opens the parts of a process for one command and closes them after it, however it ends. */
export async function withFactory<T>(
	settings: Settings,
	environment: Environment,
	command: (factory: Factory) => Promise<T>,
): Promise<T> {
	const factory = await createFactory(settings, environment);
	try {
		return await command(factory);
	} finally {
		await factory.close();
	}
}
