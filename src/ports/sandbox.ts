/** One command for the sandbox. Nothing of the host's environment is passed but what is named here. */
export interface SandboxCommand {
	/** Run by `sh -c`. */
	script: string;
	/** Absolute path; the only place, besides `writable`, that the command can write to. */
	directory: string;
	/** Further absolute paths that may be written, such as a package manager's cache. */
	writable: string[];
	environment: Record<string, string>;
	network: 'none' | { hosts: 'registries' | string[] };
	timeoutMs: number;
	/** Output kept, in bytes; what is over it is dropped from the middle and said so. */
	outputLimit: number;
}

export interface CommandResult {
	/** Null when killed by a signal or by the time limit. */
	exitCode: number | null;
	signal: string | null;
	timedOut: boolean;
	durationMs: number;
	/** Standard output and error as they came, bounded by `outputLimit`. */
	output: Uint8Array;
	/** Bytes that the command wrote in all. */
	outputBytes: number;
}

export interface SandboxReport {
	/** `bubblewrap`, `unshare` or `none`. */
	name: string;
	/** What was tried and what came of it, a line each. */
	findings: { what: string; ok: boolean; detail: string }[];
	ok: boolean;
}

/** Runs commands of the repository and of the agent so that they can harm nothing but their own directory. */
export interface Sandbox {
	readonly name: string;
	/** Tries, really, to write outside, to read a planted secret, to connect out. */
	probe(): Promise<SandboxReport>;
	/** A non-zero exit is data. The whole process tree is gone when this returns. @throws Fault when it cannot be started. */
	run(command: SandboxCommand, signal: AbortSignal): Promise<CommandResult>;
}
