import { formatCommands } from '../../src/core/factory-command.ts';
import type { Intent, Occasion } from '../../src/core/intent.ts';
import { inlineCode } from '../../src/core/markdown.ts';
import { grant } from './grant.ts';
import type { IntakeContext } from './intake-context.ts';
import { refuse } from './refuse.ts';

/** Lists the commands to those who may use them. @throws Fault */
export async function refuseUnknownCommand(
	context: IntakeContext,
	intent: Extract<Intent, { kind: 'unknown_command' }>,
	occasion: Occasion,
): Promise<string> {
	const forge = await context.forges.open(intent.at.repository, intent.at.installation);
	const authority = await grant(context, forge, intent.by);
	const asked = intent.word === '' ? '`/factory` alone says nothing' : `${inlineCode(intent.word)} is not a command`;
	const message = `${asked}. What can be asked:\n\n${formatCommands()}`;
	const refusal = authority.kind === 'refused' ? authority.refusal : { kind: 'nothing_to_act_on' as const, message };
	return refuse(forge, intent.subject.number, intent.by.login, refusal, occasion);
}
