import type { Intent, Occasion } from '../../src/core/intent.ts';
import { cancelRuns } from './cancel-runs.ts';
import { evaluatePush } from './evaluate-push.ts';
import type { IntakeContext } from './intake-context.ts';
import { judgeAgain } from './judge-again.ts';
import { judgeMergeGroup } from './judge-merge-group.ts';
import { leaveInstallation } from './leave-installation.ts';
import { lookAgain } from './look-again.ts';
import { obeyCommand } from './obey-command.ts';
import { refuseUnknownCommand } from './refuse-unknown-command.ts';
import { startRun } from './start-run.ts';

/** Does what a delivery asks for and returns what came of it, for people. Safe to repeat with the same occasion. @throws Fault */
export async function act(context: IntakeContext, intent: Intent, occasion: Occasion): Promise<string> {
	switch (intent.kind) {
		case 'nothing':
			return `ignored: ${intent.reason}`;
		case 'installation':
			return leaveInstallation(context, intent, occasion);
		case 'cancel':
			return cancelRuns(context, intent, occasion);
		case 'look':
			return lookAgain(context, intent, occasion);
		case 'judge_again':
			return judgeAgain(context, intent, occasion);
		case 'evaluate':
			return evaluatePush(context, intent, occasion);
		case 'merge_group':
			return judgeMergeGroup(await context.forges.open(intent.at.repository, intent.at.installation), intent);
		case 'dispatch': {
			const forge = await context.forges.open(intent.at.repository, intent.at.installation);
			const { at, subject, by, asked } = intent;
			const trigger = { kind: 'label' as const, name: intent.label };
			return startRun(context, forge, { at, subject, by, asked, trigger, workflow: null }, occasion);
		}
		case 'command':
			return obeyCommand(context, intent, occasion);
		case 'unknown_command':
			return refuseUnknownCommand(context, intent, occasion);
	}
}
