#!/usr/bin/env node
import { userInfo } from 'node:os';
import { Command } from 'commander';
import { readBundledTexts } from './bundled.ts';
import { exit, processOutput } from './cli/output.ts';
import { Fault } from './core/fault.ts';
import { version } from './core/version.ts';
import type { Factory } from './factory.ts';
import { readSettings, SettingsError } from './settings.ts';

/** Commands are loaded when they are called: `status` need not wait for GitHub's client. */
const program = new Command('dark-factory')
	.description('Label an issue, get a pull request that proves itself.')
	.version(version)
	.option('--json', 'one JSON value on standard output instead of text')
	.showHelpAfterError('Run `dark-factory --help` for the commands.')
	.configureOutput({ outputError: (text, write) => write(text) })
	.exitOverride((error) => {
		process.exit(error.exitCode === 0 ? exit.done : exit.wrongUse);
	});

const output = () => processOutput(program.opts<{ json?: boolean }>().json === true ? 'json' : 'text');

/** Runs a command and turns its end into the process's: every failure is one message with the way out, never a stack. */
function run<A extends unknown[]>(command: (...given: A) => Promise<number>): (...given: A) => Promise<void> {
	return async (...given) => {
		try {
			process.exitCode = await command(...given);
		} catch (error) {
			const isWrongUse = error instanceof SettingsError || (error instanceof Fault && error.kind === 'permanent');
			output().err(error instanceof Error ? error.message : String(error));
			if (!isWrongUse && error instanceof Error && process.env.LOG_LEVEL === 'debug') output().err(error.stack ?? '');
			process.exitCode = isWrongUse ? exit.wrongUse : exit.endedOtherwise;
		}
	};
}

/** Opens the store and queue of this data directory for a command that needs no GitHub. */
async function here(command: (factory: Factory) => Promise<number>): Promise<number> {
	const { withFactory } = await import('./cli/with-factory.ts');
	return withFactory(readSettings({ LOG_LEVEL: 'warn', ...process.env }, 'local'), process.env, command);
}

program
	.command('setup')
	.description('create the GitHub App in the browser and store its credentials, readable by you only')
	.option('--organization <name>', 'make it an App of this organization instead of yourself')
	.requiredOption('--url <url>', 'public address of this factory, where GitHub sends deliveries')
	.option('--name <name>', 'what the App is called; names are unique on GitHub')
	.option('--directory <path>', 'where the credentials are stored', '.')
	.action(
		run(async (options: { organization?: string; url: string; name?: string; directory: string }) => {
			const { runSetup } = await import('./cli/run-setup.ts');
			return runSetup(process.env, options, output());
		}),
	);

program
	.command('start')
	.description('take deliveries in and work on them')
	.option('--no-work', 'only take deliveries in; `dark-factory worker` does the work')
	.action(
		run(async (options: { work: boolean }) => {
			const { start } = await import('./cli/start.ts');
			return start(process.env, options.work ? 'work' : 'intake-only', output());
		}),
	);

program
	.command('worker')
	.description('work on jobs beside other processes (needs REDIS_URL, and DATABASE_URL on several machines)')
	.option('--only <lane...>', 'only these roles (or `host`, `delivery`)')
	.action(
		run(async (options: { only?: string[] }) => {
			const { work } = await import('./cli/work.ts');
			return work(process.env, options.only ?? [], output());
		}),
	);

program
	.command('demo')
	.description('rehearse the whole road on this machine: green, repair, blocked, injected or all')
	.argument('[scenario...]', 'what to play', ['green'])
	.option('--keep <directory>', 'keep everything that the demo made, here')
	.action(
		run(async (scenarios: string[], options: { keep?: string }) => {
			const { demo } = await import('./cli/demo.ts');
			return demo(scenarios, options, output());
		}),
	);

program
	.command('run')
	.description('work on a local git repository without GitHub: a branch, the evidence, the journal')
	.requiredOption('--repo <path>', 'the repository; what is committed there counts')
	.requiredOption('--issue <file-or-text>', 'what is wrong: a file, or the text itself')
	.option('--workflow <name>', 'the workflow to run', 'issue-to-pr')
	.option('--recording <file>', "a recording (`show RUN --recording`) in the models' place")
	.action(
		run(async (options: { repo: string; issue: string; workflow: string; recording?: string }) => {
			const { runLocally } = await import('./cli/run-locally.ts');
			return runLocally(process.env, { ...options, recording: options.recording ?? null }, output());
		}),
	);

program
	.command('status')
	.description('the newest runs')
	.option('--limit <n>', 'how many', '20')
	.action(
		run((options: { limit: string }) =>
			here(async ({ runs }) => {
				const { status } = await import('./cli/status.ts');
				const limit = Number(options.limit);
				if (Number.isInteger(limit) && limit > 0) return status(runs, limit, output());
				output().err(`--limit takes a whole number above 0; it was given ${options.limit}.`);
				return exit.wrongUse;
			}),
		),
	);

program
	.command('show')
	.description('jobs, cost and evidence of a run')
	.argument('<run>')
	.option('--transcript', 'also what was said and done, turn by turn')
	.option('--recording', "only the models' replies, for `run --recording`")
	.action(
		run((id: string, options: { transcript?: boolean; recording?: boolean }) =>
			here(async ({ runs }) => {
				const { show } = await import('./cli/show.ts');
				const part = options.recording === true ? 'recording' : options.transcript === true ? 'transcript' : 'summary';
				return show(runs, id, part, output());
			}),
		),
	);

for (const [name, what] of [
	['approve', 'let a waiting run go on'],
	['reject', 'refuse what a run waits for'],
] as const) {
	program
		.command(name)
		.description(what)
		.argument('<run>')
		.argument('[reason...]')
		.action(
			run((id: string, reason: string[]) =>
				here(async (factory) => {
					const { signalRun } = await import('./cli/signal-run.ts');
					return signalRun(factory, id, name, userInfo().username, reason.join(' '), output());
				}),
			),
		);
}

program
	.command('stop')
	.description('end a run as cancelled, or all of them')
	.argument('[run]')
	.argument('[reason...]')
	.option('--all', 'every run that is still going')
	.action(
		run((id: string | undefined, reason: string[], options: { all?: boolean }) =>
			here(async (factory) => {
				const by = userInfo().username;
				if (options.all === true && id === undefined) {
					const { stopAll } = await import('./cli/stop-all.ts');
					return stopAll(factory, by, output());
				}
				if (id === undefined || options.all === true) {
					output().err('Name one run, or give --all. `dark-factory status` lists them.');
					return exit.wrongUse;
				}
				const { signalRun } = await import('./cli/signal-run.ts');
				return signalRun(factory, id, 'stop', by, reason.join(' '), output());
			}),
		),
	);

program
	.command('retry')
	.description('ask for the same again, with the policy and the text of now')
	.argument('<run>')
	.action(
		run((id: string) =>
			here(async (factory) => {
				const { retry } = await import('./cli/retry.ts');
				return retry(factory, id, output());
			}),
		),
	);

program
	.command('replay')
	.description('play a run again from its journal, without a provider and without GitHub, and compare')
	.argument('<run>')
	.action(
		run(async (id: string) => {
			const { replay } = await import('./cli/replay.ts');
			return replay(process.env, id, output());
		}),
	);

program
	.command('validate')
	.description('check a repository configuration and its workflows')
	.argument('[path...]', 'files, or repositories', ['.'])
	.option('--write-schema <file>', 'write the JSON Schema of the configuration for editors')
	.action(
		run(async (paths: string[], options: { writeSchema?: string }) => {
			const bundled = readBundledTexts();
			if (options.writeSchema !== undefined) {
				const { writeSchema } = await import('./cli/write-schema.ts');
				return writeSchema(options.writeSchema, bundled.defaults, output());
			}
			const { validate } = await import('./cli/validate.ts');
			const { readCatalogue } = await import('./factory.ts');
			const against = {
				defaults: bundled.defaults,
				knownModels: readCatalogue(bundled).names(),
				workflows: [...bundled.workflows.keys()],
			};
			return validate(paths, against, output());
		}),
	);

program
	.command('doctor')
	.description('check git, sandbox, keys, App, store and clock, and say how to mend what is wrong')
	.option('--call', 'also make one small call to each configured provider (costs a fraction of a cent)')
	.action(
		run((options: { call?: boolean }) =>
			here(async (factory) => {
				const { doctor } = await import('./cli/doctor.ts');
				return doctor(factory, options.call === true ? 'with-calls' : 'without-calls', output());
			}),
		),
	);

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') process.exit(exit.done);
	throw error;
});

await program.parseAsync();
