import picomatch from 'picomatch';
import { z } from 'zod';
import { listFiles } from './list-files.ts';
import { defineTool } from './tool.ts';

const maxPaths = 500;

export const globTool = defineTool({
	name: 'glob',
	description:
		'Lists files by pattern, for example src/**/*.ts, **/package.json or **. A pattern without a slash matches names at any depth. Ignored files are left out. At most 500 paths.',
	effect: 'reads',
	parameters: z.strictObject({ pattern: z.string().min(1).max(300) }),
	async execute(args, context) {
		const listed = await listFiles(context);
		if (listed.kind === 'failed') return { kind: 'error', text: listed.reason };
		const pattern = args.pattern.replace(/^\.?\/+/, '');
		// Extended globs can be made to backtrack for ever; nobody needs them to find a file.
		const matches = picomatch(pattern.includes('/') || pattern === '**' ? pattern : `**/${pattern}`, {
			dot: true,
			noextglob: true,
		});
		const found = listed.paths.filter((path) => matches(path));
		const lines = found.slice(0, maxPaths);
		if (found.length === 0) lines.push(`(no file matches; ${listed.paths.length} files in all)`);
		if (found.length > maxPaths)
			lines.push(`(${found.length - maxPaths} more of ${found.length}; use a narrower pattern)`);
		if (!listed.whole) lines.push('(the repository has more files than could be listed)');
		return { kind: 'ok', text: lines.join('\n') };
	},
});
