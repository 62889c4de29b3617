import { decideVerify } from '../src/core/decide-verify.ts';
import { type Evidence, isProven } from '../src/core/evidence.ts';
import { Fault } from '../src/core/fault.ts';
import { findDoubts } from '../src/core/find-doubts.ts';
import type { JobEnd } from '../src/core/job-end.ts';
import { findBlueprint } from './find-blueprint.ts';
import { findCommands } from './find-commands.ts';
import { findJob, findSendBack, textOutput } from './find-job.ts';
import { findWeakened } from './find-weakened.ts';
import type { JobContext } from './job-context.ts';
import { prove } from './prove.ts';
import { reportTests } from './report-tests.ts';

/**
 * Proves exactly the tree that is or will be published, on clean checkouts, in the sandbox. What fails on the head alone goes back to
 * the implementer; what fails on the base too proves nothing and blocks nothing, but a person will have to approve.
 */
export async function verify(context: JobContext): Promise<JobEnd> {
	const { frozen, git } = context;
	const treeSha = await findTree(context);
	const tests = (frozen.subject.kind === 'issue' ? findBlueprint(context)?.tests : undefined) ?? [];
	const chosen = await findCommands(context);

	const trees = { base: await git.treeOf(frozen.baseSha), head: treeSha };
	const { records, gaps } = await prove(context, trees, chosen, tests);
	const changes = await git.changes(frozen.baseSha, treeSha, 0);
	const manifests = { base: await readText(context, frozen.baseSha), head: await readText(context, treeSha) };
	const doubted = findDoubts(
		[...chosen.checks, ...tests].map((check) => check.command),
		changes,
		manifests,
		tests.map((test) => test.file),
	);
	const unplanned = frozen.subject.kind === 'issue' && tests.length === 0 ? ['The plan names no test.'] : [];
	const evidence: Evidence = {
		baseSha: frozen.baseSha,
		treeSha,
		sandbox: context.sandbox.name,
		records,
		gaps: [...chosen.gaps, ...unplanned, ...gaps],
		tests: await reportTests(context, records),
		doubts: [...doubted, ...(await findWeakened(context, changes))],
	};
	await context.record([{ type: 'evidence.recorded', job: context.job.id, evidence }]);

	const proven = isProven(evidence);
	const feedback = decideVerify(evidence);
	const implement = findSendBack(context, 'implement');
	if (feedback !== null && implement !== null) {
		return { kind: 'sent_back', to: implement, feedback, outputs: { treeSha, proven } };
	}
	const why = feedback?.summary ?? evidence.gaps[0] ?? 'not every record is as expected';
	const reason = proven ? `${records.length} records are as expected` : `not proven: ${why}`;
	return { kind: 'ended', outcome: 'done', reason, outputs: { treeSha, proven } };
}

async function findTree(context: JobContext): Promise<string> {
	const { frozen, git, forge } = context;
	if (context.with.tree === 'pull-request') {
		if (frozen.head === null)
			throw new Fault('permanent', 'verify with tree: pull-request needs a run about a pull request.');
		await git.ensure(frozen.head.sha, await forge.remote());
		return git.treeOf(frozen.head.sha);
	}
	const treeSha = textOutput(findJob(context, 'implement'), 'treeSha');
	if (treeSha === null) throw new Fault('permanent', 'verify found no tree: no job with uses: implement has ended.');
	return treeSha;
}

async function readText(context: JobContext, treeish: string): Promise<string | undefined> {
	const bytes = await context.git.readFile(treeish, 'package.json');
	return bytes === null ? undefined : Buffer.from(bytes).toString('utf8');
}
