import { readdir, readFile } from 'node:fs/promises';

/** Process ids of all descendants of `pid`, from `/proc`; empty where there is none. */
export async function findDescendants(pid: number): Promise<number[]> {
	const children = new Map<number, number[]>();
	for (const name of await readdir('/proc').catch(() => [])) {
		if (!/^\d+$/.test(name)) continue;
		const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '');
		// `pid (name) state ppid ...`; the name may hold spaces and parentheses. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
		const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
		children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
	}
	const found: number[] = [];
	const open = [pid];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		const below = children.get(next) ?? [];
		found.push(...below);
		open.push(...below);
	}
	return found;
}

/** Signals a process, or with a negative id its group; one that is gone is no news. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
	}
}
