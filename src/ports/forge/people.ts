export const permissions = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Permission = (typeof permissions)[number];

export interface People {
	/** The person's permission as GitHub computes it (`role_name` where given); `none` for 404. @throws Fault otherwise. */
	permissionOf(login: string): Promise<Permission>;
	/**
	 * The id of the App whose bot has this login (`slug[bot]`), or null when there is none that can be seen from here. Logins of bots are
	 * renamed with their App; the id is for ever, so allowlists hold ids. @throws Fault
	 */
	appIdOf(login: string): Promise<number | null>;
}
