import { Fault } from '../../core/fault.ts';

/** Runs `work`; a disk that has no room left becomes the fault that says so. @throws Fault permanent for that alone. */
export async function withDiskFault<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		const isFull = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
		if (!isFull) throw error;
		throw new Fault('permanent', 'the disk is full: free space in DATA_DIR', { cause: error });
	}
}
