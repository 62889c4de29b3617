/** Runs under Bun: `bun hashline-child.ts LIBRARY`. A request is one line of JSON, and so is its answer. */
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

interface Hashline {
	InMemoryFilesystem: new () => {
		writeText(path: string, text: string): Promise<unknown>;
		readText(path: string): Promise<string>;
	};
	InMemorySnapshotStore: new () => { record(path: string, text: string): string };
	Patcher: new (options: { fs: unknown; snapshots: unknown }) => { apply(patch: unknown): Promise<unknown> };
	Patch: { parse(text: string): unknown };
}

interface Request {
	files: { path: string; shown: string; live: string }[];
	sections: string[];
	times: number;
}

const library: Hashline = await import(pathToFileURL(path.join(process.argv[2] ?? '', 'src', 'index.ts')).href);

for await (const line of createInterface({ input: process.stdin })) {
	const request: Request = JSON.parse(line);
	const fs = new library.InMemoryFilesystem();
	const snapshots = new library.InMemorySnapshotStore();
	const texts: string[] = [];
	const errors: string[] = [];
	const other = snapshots.record('other-file.txt', 'the other file\n');
	const sections: string[] = [];
	for (const [index, file] of request.files.entries()) {
		const tag = snapshots.record(file.path, file.shown);
		await fs.writeText(file.path, file.live);
		sections.push((request.sections[index] ?? '').replace('#TAG]', `#${tag}]`).replace('#OTHER]', `#${other}]`));
	}
	for (let times = request.times; times > 0 && errors.length === 0; times -= 1) {
		try {
			await new library.Patcher({ fs, snapshots }).apply(library.Patch.parse(sections.join('\n')));
		} catch (error) {
			errors.push(error instanceof Error ? error.message : String(error));
		}
	}
	for (const file of request.files) texts.push(await fs.readText(file.path));
	console.log(JSON.stringify({ texts, errors }));
}
