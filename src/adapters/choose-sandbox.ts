import { Fault } from '../core/fault.ts';
import type { Sandbox, SandboxReport } from '../ports/sandbox.ts';
import { createBubblewrapSandbox } from './bubblewrap/bubblewrap-sandbox.ts';
import { createNoSandbox } from './no-sandbox/no-sandbox.ts';
import type { SandboxSettings } from './sandbox/sandbox-settings.ts';
import { createUnshareSandbox } from './unshare/unshare-sandbox.ts';

export const sandboxChoices = ['auto', 'bubblewrap', 'unshare', 'none'] as const;
export type SandboxChoice = (typeof sandboxChoices)[number];

/**
 * The first sandbox whose probe passes, with its report. `none` is never chosen by itself.
 * @throws Fault permanent that says what was tried, what failed, and what to install.
 */
export async function chooseSandbox(
	choice: SandboxChoice,
	settings: SandboxSettings,
): Promise<{ sandbox: Sandbox; report: SandboxReport }> {
	const failed: SandboxReport[] = [];
	for (const sandbox of listCandidates(choice, settings)) {
		const report = await sandbox.probe();
		if (report.ok || choice === 'none') return { sandbox, report };
		failed.push(report);
	}
	const reasons = failed.map((report) => `${report.name}: ${describeFailures(report)}`).join('; ');
	throw new Fault(
		'permanent',
		`no sandbox works here (${reasons}). Install bubblewrap (apt install bubblewrap, dnf install bubblewrap) and allow ` +
			'unprivileged user namespaces (on Ubuntu 24.04 an AppArmor profile for bwrap); in a container, run it with a seccomp ' +
			'profile that allows them. Only on a machine that you can afford to lose: SANDBOX=none',
	);
}

function listCandidates(choice: SandboxChoice, settings: SandboxSettings): Sandbox[] {
	switch (choice) {
		case 'auto':
			return [createBubblewrapSandbox(settings), createUnshareSandbox(settings)];
		case 'bubblewrap':
			return [createBubblewrapSandbox(settings)];
		case 'unshare':
			return [createUnshareSandbox(settings)];
		case 'none':
			return [createNoSandbox(settings)];
	}
}

function describeFailures(report: SandboxReport): string {
	const failures = report.findings.filter((finding) => !finding.ok);
	return failures.map((finding) => `${finding.what} (${finding.detail})`).join(', ');
}
