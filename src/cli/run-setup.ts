import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readBundledTexts } from '../bundled.ts';
import { type Environment, readSettings } from '../settings.ts';
import { exit, type Output } from './output.ts';
import { setup } from './setup.ts';
import { signalOnStop } from './stop-signal.ts';

/** `dark-factory setup`: creates the App in the browser, or by the printed link, and stores its credentials. */
export async function runSetup(
	environment: Environment,
	options: { organization?: string; url: string; name?: string; directory: string },
	output: Output,
): Promise<number> {
	const settings = readSettings(environment, 'local');
	if (!URL.canParse(options.url) || !/^https?:$/.test(new URL(options.url).protocol)) {
		output.err(
			`--url takes the address at which GitHub reaches this factory, such as https://factory.example.com; it was given ${options.url}.`,
		);
		return exit.wrongUse;
	}
	const result = await setup({
		apiUrl: settings.githubApiUrl,
		serverUrl: settings.githubServerUrl,
		webhookUrl: options.url.replace(/\/+$/, ''),
		organization: options.organization ?? null,
		name: options.name ?? null,
		appYml: readBundledTexts().app,
		directory: options.directory,
		port: 0,
		state: randomBytes(24).toString('base64url'),
		say: (line) => output.err(line),
		open: openBrowser,
		signal: signalOnStop(),
	});
	if (result.kind === 'refused') {
		output.err(result.reason);
		return exit.endedOtherwise;
	}
	if (output.format === 'json') output.out(JSON.stringify(result));
	return exit.done;
}

/** Only where a person sits before a desktop; elsewhere the printed link is the way. */
async function openBrowser(url: string): Promise<void> {
	if (process.stdout.isTTY !== true) return;
	const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
	const child = spawn(program, [url], { stdio: 'ignore', detached: true });
	child.on('error', () => {});
	child.unref();
}
