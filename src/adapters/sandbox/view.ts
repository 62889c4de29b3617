/** One entry of what a sandboxed command sees, at the same path as on the host. */
export type Mount =
	| { kind: 'read'; path: string; what: 'directory' | 'file' }
	| { kind: 'write'; path: string; what: 'directory' | 'file' }
	| { kind: 'link'; path: string; target: string }
	/** An empty directory in memory: a place for temporary files, or a mask over what is not to be seen. */
	| { kind: 'empty'; path: string };

/** The world of one command. Mounts are in order: a later one covers an earlier one. What is not named does not exist. */
export interface View {
	mounts: Mount[];
	/** Where the command starts; writable. */
	directory: string;
}
