import type { Factory } from '../factory.ts';
import { checkGitHub } from './doctor-github.ts';
import { checkModels } from './doctor-models.ts';
import { attempt, type Finding } from './finding.ts';
import { exit, type Output } from './output.ts';

/**
 * `dark-factory doctor`: tries each part for real and says how to mend what is wrong. Exit code 0 when nothing is broken, 1 otherwise.
 * @param calls whether each configured provider is asked for one word, which costs a fraction of a cent.
 */
export async function doctor(factory: Factory, calls: 'with-calls' | 'without-calls', output: Output): Promise<number> {
	const findings: Finding[] = [];
	const note = (found: Finding[]) => {
		findings.push(...found);
		if (output.format === 'text') for (const finding of found) output.out(formatFinding(finding, output.colors));
	};
	note([checkNode(process.versions.node)]);
	note([
		await attempt('git', 'install git 2.34 or newer', async () => {
			return { state: 'ok', detail: `version ${await factory.git.version()}` };
		}),
	]);
	note([
		await attempt('sandbox', 'install bubblewrap and allow unprivileged user namespaces', async () => {
			const { report } = await factory.sandbox();
			const failed = report.findings.filter((finding) => !finding.ok).map(({ what, detail }) => `${what}: ${detail}`);
			if (failed.length === 0)
				return { state: 'ok', detail: `${report.name}: ${report.findings.length} probes passed` };
			return { state: 'warning', detail: `${report.name}: ${failed.join('; ')}` };
		}),
	]);
	note([
		await attempt('store and queue', 'check DATA_DIR, DATABASE_URL and REDIS_URL', async () => {
			await factory.check(2_000);
			const { databaseUrl, redisUrl } = factory.settings;
			const store = databaseUrl === null ? `SQLite in ${factory.settings.dataDirectory}` : 'PostgreSQL';
			return { state: 'ok', detail: `${store}, ${redisUrl === null ? 'queue in memory' : 'Redis'}` };
		}),
	]);
	note(await checkModels(factory, calls));
	note(await checkGitHub(factory));

	const broken = findings.filter(({ state }) => state === 'broken').length;
	if (output.format === 'json') output.out(JSON.stringify({ ok: broken === 0, findings }, null, 2));
	else output.out(broken === 0 ? '\nNothing is broken.' : `\n${broken} of ${findings.length} checks are broken.`);
	return broken === 0 ? exit.done : exit.endedOtherwise;
}

function checkNode(version: string): Finding {
	const what = 'node';
	if (Number(version.split('.')[0]) >= 24) return { what, state: 'ok', detail: `version ${version}`, fix: '' };
	return { what, state: 'broken', detail: `version ${version} is too old`, fix: 'install Node 24 or newer' };
}

function formatFinding({ what, state, detail, fix }: Finding, colors: Output['colors']): string {
	const sign = { ok: colors.green('✔'), warning: colors.yellow('!'), broken: colors.red('✖') }[state];
	return `${sign} ${colors.bold(what)}: ${detail}${fix === '' ? '' : `\n    ${colors.dim('→')} ${fix}`}`;
}
