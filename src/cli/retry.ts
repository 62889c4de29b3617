import { act } from '../../workers/intake/act.ts';
import type { Factory } from '../factory.ts';
import { loadRun } from './load-run.ts';
import { exit, type Output } from './output.ts';

/**
 * `dark-factory retry RUN`: asks for the same again in the name of whoever asked first, with the policy, the text and the permissions
 * of now. A process that is at work takes the new run up within seconds.
 */
export async function retry(factory: Factory, id: string, output: Output): Promise<number> {
	const { state } = await loadRun(factory.runs, id);
	const { frozen } = state;
	if (factory.github === null || frozen.installation === null) {
		output.err(
			`Run ${id} was a local run, or the App is not configured here: start it again with \`dark-factory run\`.`,
		);
		return exit.wrongUse;
	}
	const forge = await factory.github.open(frozen.repository, frozen.installation);
	const issue = await forge.issue(frozen.subject.number);
	if (issue === null) {
		output.err(`${frozen.subject.url} is gone.`);
		return exit.endedOtherwise;
	}
	const note = await act(
		factory,
		{
			kind: 'command',
			name: 'retry',
			argument: '',
			at: { repository: frozen.repository, installation: frozen.installation },
			subject: { kind: frozen.subject.kind, number: frozen.subject.number },
			by: { login: frozen.requester.login, id: frozen.requester.id, kind: 'person', appId: null },
			asked: { title: issue.title, body: issue.body },
		},
		{ delivery: `cli-${factory.ids.token()}`, receivedAt: factory.clock.now() },
	);
	if (output.format === 'json') output.out(JSON.stringify({ retried: id, note }));
	else output.out(note);
	return note.startsWith('run ') ? exit.done : exit.endedOtherwise;
}
