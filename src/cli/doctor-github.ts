import type { Factory } from '../factory.ts';
import { neededRights } from './app-manifest.ts';
import { attempt, type Finding } from './finding.ts';

const mostSkewMs = 60_000;
const rank = { none: 0, read: 1, write: 2, admin: 3 };

/** Whether GitHub knows the App, what the App may do and hears, where it is installed, and whether the clocks agree. */
export async function checkGitHub(factory: Factory): Promise<Finding[]> {
	const { github, settings } = factory;
	if (github === null) {
		const detail = 'the App is not configured; `run --repo` works without it';
		return [{ what: 'GitHub App', state: 'warning', detail, fix: 'run `dark-factory setup`' }];
	}
	const needed = await attempt('GitHub App', 'check APP_ID and PRIVATE_KEY; they belong to one App', async () => {
		const { slug, url } = await github.identity();
		return { state: 'ok', detail: `${slug} (${url})` };
	});
	if (needed.state === 'broken') return [needed, await checkClock(factory)];
	return [
		needed,
		await attempt(
			'App permissions',
			'give them on the App’s settings page, then accept them where it is installed',
			() => checkPermissions(factory),
		),
		await attempt('installations', 'install the App on a repository', async () => {
			const installations = await github.installations();
			const names = installations.map(({ account, suspended }) => (suspended ? `${account} (suspended)` : account));
			if (names.length === 0) return { state: 'warning', detail: 'installed nowhere' };
			return { state: installations.some(({ suspended }) => suspended) ? 'warning' : 'ok', detail: names.join(', ') };
		}),
		await attempt('webhook', `point the App’s webhook at ${settings.host}:${settings.port} from outside`, async () => {
			const hook = await github.webhook();
			if (hook.url === null) return { state: 'broken', detail: 'the App has no webhook URL' };
			const failed = hook.deliveries.filter(({ statusCode }) => statusCode < 200 || statusCode > 299);
			const seen = `${hook.url}: ${hook.deliveries.length - failed.length} of the last ${hook.deliveries.length} deliveries arrived`;
			return { state: failed.length > 0 ? 'warning' : 'ok', detail: seen };
		}),
		await checkClock(factory),
	];
}

async function checkPermissions({ github, bundled }: Factory): Promise<{ state: Finding['state']; detail: string }> {
	if (github === null) return { state: 'broken', detail: 'no App' };
	const { permissions, events } = await github.identity();
	const needed = neededRights(bundled.app);
	const rankOf = (level: string | undefined) => rank[(level ?? 'none') as keyof typeof rank] ?? 0;
	const lacking = Object.entries(needed.permissions).filter(
		([name, level]) => rankOf(permissions[name]) < rankOf(level),
	);
	const deaf = needed.events.filter((event) => !events.includes(event));
	if (lacking.length > 0) {
		return { state: 'broken', detail: `lacks ${lacking.map(([name, level]) => `${name}: ${level}`).join(', ')}` };
	}
	if (deaf.length > 0) return { state: 'warning', detail: `does not hear ${deaf.join(', ')}` };
	const excess = rankOf(permissions.workflows) > 0 ? ' (workflows is not needed: take it away)' : '';
	return { state: excess === '' ? 'ok' : 'warning', detail: `all that are needed${excess}` };
}

/** GitHub refuses tokens whose times are off by more than a minute. */
function checkClock(factory: Factory): Promise<Finding> {
	return attempt('clock', 'let the system set its clock (NTP)', async () => {
		const response = await fetch(factory.settings.githubApiUrl, {
			method: 'HEAD',
			signal: AbortSignal.timeout(10_000),
		});
		const theirs = Date.parse(response.headers.get('date') ?? '');
		if (Number.isNaN(theirs)) return { state: 'warning', detail: 'GitHub did not tell its time' };
		const skew = Math.abs(theirs - factory.clock.now());
		return {
			state: skew < mostSkewMs ? 'ok' : 'broken',
			detail: `differs from GitHub’s by ${Math.round(skew / 1000)} s`,
		};
	});
}
