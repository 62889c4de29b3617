import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

/** What a sandbox needs to know of the host; nothing of it is passed inside unless said so. */
export interface SandboxSettings {
	/** `DATA_DIR`: never visible inside, but for the worktree and what a command may write. */
	dataDirectory: string;
	/** The host's environment: `PATH`, `HOME`, certificate authorities and proxies are read from it. */
	host: Readonly<Record<string, string | undefined>>;
	/** The Node that runs the factory; offered inside as well. */
	nodePath: string;
	/** Further absolute paths that commands may read, such as a toolchain outside the system directories. */
	readable: readonly string[];
	clock: Clock;
	log: Log;
}
