import { join } from 'node:path';
import { openDatabase } from '../../src/adapters/sql/open-database.ts';
import type { World } from '../../src/demo/world.ts';

/** As if the half minute had passed for which the dead keep others away from their runs. */
export async function forgetLeases({ directory }: World): Promise<void> {
	const { db, close } = await openDatabase({ file: join(directory, 'data', 'factory.db') });
	await db.updateTable('runs').set({ lease_expires_at: 0 }).execute();
	await close();
}
