import type { GateDecision } from './gate.ts';
import { inlineCode, plain, tableCell } from './markdown.ts';
import type { Missing } from './missing.ts';
import type { Verdict } from './verdict.ts';

const whoText: Record<Missing['who'], string> = {
	factory: 'the change, or a new verdict',
	checks: 'the checks',
	person: 'a person',
};

/** The gate's answer as a check run: title and Markdown. `note` says what follows from a pass. */
export function renderGate(
	decision: GateDecision,
	verdict: Verdict | null,
	note: string,
): { title: string; summary: string } {
	const score =
		verdict === null ? '' : `Verdict: **${verdict.total} of 70** for ${inlineCode(verdict.headSha.slice(0, 12))}.`;
	if (decision.kind === 'pass') {
		return { title: 'Nothing is missing', summary: [score, plain(note)].filter((part) => part !== '').join('\n\n') };
	}
	const rows = decision.missing.map(({ rule, severity, detail, who }) => {
		const state = severity === 'block' ? 'blocks' : 'waits';
		return `| ${tableCell(rule.replace('_', ' '))} | ${state} | ${tableCell(detail)} | ${whoText[who]} |`;
	});
	const table = ['| rule | state | what is missing | who can mend it |', '| --- | --- | --- | --- |', ...rows].join(
		'\n',
	);
	const approve = decision.missing.some((one) => one.who === 'person')
		? 'A person with write access can approve this head by a review, or by the comment `/factory approve`.'
		: '';
	const count = `${decision.missing.length} thing${decision.missing.length === 1 ? ' is' : 's are'} missing`;
	return { title: count, summary: [score, table, approve].filter((part) => part !== '').join('\n\n') };
}
