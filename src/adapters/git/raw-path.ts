/**
 * A path as git and the file system hold it: bytes, written one character per byte (latin1), so that names which are not UTF-8
 * survive unharmed.
 */
export type RawPath = string;

/** The records of a `-z` output. */
export function splitRecords(output: Buffer): RawPath[] {
	const records = output.toString('latin1').split('\0');
	records.pop();
	return records;
}

/** For people and for the contracts, which hold paths as text. */
export function decodePath(path: RawPath): string {
	return Buffer.from(path, 'latin1').toString('utf8');
}

/** The path's place on this machine. */
export function locate(directory: string, path: RawPath): Buffer {
	return Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(path, 'latin1')]);
}
