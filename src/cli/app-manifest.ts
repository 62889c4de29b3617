import { parse } from 'yaml';
import { z } from 'zod';

const AppFile = z.object({
	name: z.string().min(1),
	description: z.string(),
	public: z.boolean(),
	default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
	default_events: z.array(z.string()),
});

export interface ManifestPlaces {
	/** Public address of the factory, without a slash at the end. */
	webhookUrl: string;
	/** Where GitHub sends the browser back to. */
	redirectUrl: string;
	/** Names of Apps are unique on GitHub; null takes the file's. */
	name: string | null;
}

/**
 * `app.yml` as the manifest that GitHub's registration page takes.
 * https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export function appManifest(appYml: string, places: ManifestPlaces): Record<string, unknown> {
	const app = AppFile.parse(parse(appYml));
	return {
		...app,
		name: places.name ?? app.name,
		url: places.webhookUrl,
		redirect_url: places.redirectUrl,
		hook_attributes: { url: `${places.webhookUrl}/api/github/webhooks`, active: true },
	};
}

/** What `app.yml` asks for, to be compared with what the App has. */
export function neededRights(appYml: string): { permissions: Record<string, 'read' | 'write'>; events: string[] } {
	const app = AppFile.parse(parse(appYml));
	return { permissions: app.default_permissions, events: app.default_events };
}
