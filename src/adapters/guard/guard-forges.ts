import { Fault } from '../../core/fault.ts';
import type { Forge, Forges } from '../../ports/forge.ts';
import type { SecretScanner } from '../../ports/secret-scanner.ts';

/** Methods that send nothing but names that GitHub already has. Everything else is looked at, also what is added to the port later. */
const looks: ReadonlySet<string> = new Set<keyof Forge>([
	'issue',
	'comments',
	'openIssues',
	'findComment',
	'pull',
	'pullsOfBranch',
	'reviews',
	'mergeBase',
	'checks',
	'defaultBranch',
	'branchSha',
	'readText',
	'listDirectory',
	'remote',
	'link',
	'permissionOf',
	'appIdOf',
]);

export interface OutboundRules {
	secrets: SecretScanner;
	/** Lines of a text that hold a part of one of our own secrets: all that is asked of the content of files, whose own secrets publishing weighs against the base. */
	trace(text: string): number[];
	/** Asked before each write. @throws Fault while nothing may be written at all. */
	mayAct(): void;
}

/**
 * The last look before anything is written to GitHub, whoever writes it: no title, text, name of a file or branch, commit message or
 * file with a secret leaves. The write then fails with a permanent fault that names the place and the rule, never the value.
 */
export function guardForges(forges: Forges, rules: OutboundRules): Forges {
	return { open: async (repository, installation) => guardForge(await forges.open(repository, installation), rules) };
}

function guardForge(forge: Forge, rules: OutboundRules): Forge {
	return new Proxy(forge, {
		get(target, name) {
			const member: unknown = Reflect.get(target, name, target);
			if (typeof member !== 'function') return member;
			if (typeof name !== 'string' || looks.has(name)) return member.bind(target);
			return async (...given: unknown[]) => {
				rules.mayAct();
				await refuseSecrets(name, given, rules);
				return await member.apply(target, given);
			};
		},
	});
}

async function refuseSecrets(method: string, given: unknown[], { secrets, trace }: OutboundRules): Promise<void> {
	const texts: { where: string; text: string }[] = [];
	const contents: { where: string; text: string }[] = [];
	collect(given, method, texts, contents);
	const inTexts = await secrets.scan(texts);
	const inContents = contents.flatMap(({ where, text }) =>
		trace(text).map((line) => ({ where, line, rule: 'own-secret' })),
	);
	const [found] = [...inTexts, ...inContents];
	if (found === undefined) return;
	throw new Fault(
		'permanent',
		`nothing was sent to GitHub: what looks like a secret is in ${found.where}:${found.line} (${found.rule})`,
	);
}

/** Every text in what a method is given, named by the way to it. A path of a file is named by its number: it may be the secret. */
function collect(
	value: unknown,
	where: string,
	texts: { where: string; text: string }[],
	contents: { where: string; text: string }[],
): void {
	if (typeof value === 'string') texts.push({ where, text: value });
	else if (value instanceof Uint8Array) contents.push({ where, text: Buffer.from(value).toString('utf8') });
	else if (typeof value === 'object' && value !== null) {
		for (const [key, inner] of Object.entries(value)) collect(inner, `${where}.${key}`, texts, contents);
	}
}
