import { type People, type Permission, permissions } from '../../ports/forge/people.ts';
import type { RepositoryClient } from './repository-client.ts';

export function githubPeople({ at, look }: RepositoryClient): People {
	return {
		permissionOf: async (login) => {
			const permission = await look(`asking for the permission of ${login}`, async (octokit) => {
				const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: login });
				// A renamed account is answered by a redirect to the new name: whoever has the old one now is somebody else.
				if (data.user?.login.toLowerCase() !== login.toLowerCase()) return null;
				// `permission` knows no triage and no maintain; `role_name` may be an organization's own, which `permission` translates.
				return asPermission(data.role_name) ?? asPermission(data.permission);
			});
			return permission ?? 'none';
		},

		appIdOf: async (login) => {
			const slug = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\[bot\]$/i.exec(login)?.[1];
			if (slug === undefined) return null;
			// With the installation's token: a private App is shown to nobody without one, and never to another App's own JWT.
			return look(`asking which App ${slug} is`, async (octokit) => {
				const { data } = await octokit.rest.apps.getBySlug({ app_slug: slug });
				return data?.id ?? null;
			});
		},
	};
}

function asPermission(text: string): Permission | null {
	return permissions.find((permission) => permission === text) ?? null;
}
