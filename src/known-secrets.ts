import type { Catalogue } from './ports/catalogue.ts';
import type { Environment, Settings } from './settings.ts';

/** Values that no log, journal or message may ever hold: our own credentials, exactly as they are. */
export function knownSecrets(settings: Settings, environment: Environment, catalogue: Catalogue): string[] {
	const providers = new Set(catalogue.names().map((name) => name.slice(0, name.indexOf('/'))));
	const keys = [...providers].flatMap((id) => catalogue.provider(id)?.keyVariable ?? []);
	const passwords = [settings.databaseUrl, settings.redisUrl].flatMap((text) =>
		text !== null && URL.canParse(text) ? [new URL(text).password] : [],
	);
	const values = [
		settings.app?.privateKey,
		settings.app?.webhookSecret,
		settings.app?.webhookSecretPrevious,
		...keys.map((name) => environment[name]),
		...passwords.flatMap((password) => [password, decodeURIComponent(password)]),
	];
	return [...new Set(values.filter((value): value is string => typeof value === 'string' && value !== ''))];
}
