export const permissions = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Permission = (typeof permissions)[number];

export interface People {
	/** The person's permission as GitHub computes it (`role_name` where given); `none` for 404. @throws Fault otherwise. */
	permissionOf(login: string): Promise<Permission>;
}
