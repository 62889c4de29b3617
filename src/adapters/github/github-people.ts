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
	};
}

function asPermission(text: string): Permission | null {
	return permissions.find((permission) => permission === text) ?? null;
}
