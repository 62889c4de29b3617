import { formatUsd } from './amounts.ts';
import { inlineCode } from './markdown.ts';
import type { Policy } from './policy.ts';
import type { Refusal } from './refusal.ts';

/** Midnight UTC of the day of `now`, both in ms since 1970. */
export function startOfDay(now: number): number {
	return now - (now % 86_400_000);
}

/** What was asked and spent since midnight UTC. */
export interface DaySoFar {
	byUser: number;
	inRepository: number;
	usd: number;
}

/** The first limit that one more run would break, or null. Zero runs per day means that none may start. */
export function findLimit(login: string, day: DaySoFar, policy: Pick<Policy, 'dispatch' | 'limits'>): Refusal | null {
	const { perUserPerDay, perRepositoryPerDay } = policy.dispatch;
	if (day.byUser >= perUserPerDay) {
		const message = `${inlineCode(login)} has asked for ${day.byUser} of at most ${perUserPerDay} runs today (\`dispatch.perUserPerDay\`). The count starts anew at midnight UTC.`;
		return { kind: 'too_many_for_user', message };
	}
	if (day.inRepository >= perRepositoryPerDay) {
		const message = `This repository has had ${day.inRepository} of at most ${perRepositoryPerDay} runs today (\`dispatch.perRepositoryPerDay\`). The count starts anew at midnight UTC.`;
		return { kind: 'too_many_for_repository', message };
	}
	if (day.usd >= policy.limits.usdPerDay) {
		const message = `${formatUsd(day.usd)} of at most ${formatUsd(policy.limits.usdPerDay)} were spent in this repository today (\`limits.usdPerDay\`). The count starts anew at midnight UTC.`;
		return { kind: 'daily_budget_spent', message };
	}
	return null;
}
