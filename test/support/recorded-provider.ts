import type { Recording } from '../../src/adapters/replay/recording.ts';
import { readBundledTexts } from '../../src/bundled.ts';
import type { ModelReply } from '../../src/core/journal.ts';
import type { Ask, ScriptedReply } from './fake-provider/answer.ts';
import { type FakeProvider, startFakeProvider } from './fake-provider/fake-provider.ts';
import { createVirtualClock } from './fake-provider/virtual-clock.ts';

/**
 * A provider on loopback that answers over both protocols from the first round of a recording. Which job asks is told by the opening
 * of the system prompt, as nothing else of a run is sent to a provider; which turn, by how often the model has spoken in the conversation.
 */
export function startRecordedProvider(recording: Recording): Promise<FakeProvider> {
	const openings = [...readBundledTexts().prompts].map(([name, text]) => ({ name, opening: text.slice(0, 60) }));
	const script = ({ body, replies }: Ask): ScriptedReply => {
		const [first] = JSON.parse(JSON.stringify(body.messages ?? []));
		const system = textOf(body.system ?? first?.content);
		const prompt = openings.find(({ opening }) => system.startsWith(opening))?.name ?? 'unknown';
		const job = prompt === 'evaluate-plan' ? 'evaluate' : prompt;
		const turns = recording.filter((recorded) => recorded.job === job && recorded.round === 1);
		// The judge of the plan has a conversation of its own within the job, and it is the last.
		const found = prompt === 'evaluate-plan' ? turns.at(-1) : turns[replies];
		if (found === undefined) throw new Error(`nothing is recorded for ${prompt}, turn ${replies + 1}`);
		return scripted(found.reply);
	};
	return startFakeProvider({ script, clock: createVirtualClock(), reasoningContent: 'ignored' });
}

/** The base URLs and keys with which a process asks this provider for the default mix. */
export function environmentOf({ url }: FakeProvider): Record<string, string> {
	return {
		ANTHROPIC_BASE_URL: url,
		ANTHROPIC_API_KEY: 'key-of-the-fake-anthropic',
		OPENAI_BASE_URL: `${url}/v1`,
		OPENAI_API_KEY: 'key-of-the-fake-openai',
		MOONSHOT_BASE_URL: `${url}/v1`,
		MOONSHOT_API_KEY: 'key-of-the-fake-moonshot',
	};
}

function scripted({ message }: ModelReply): ScriptedReply {
	const texts = (type: 'text' | 'thinking') =>
		message.blocks.flatMap((block) => (block.type === type ? [block.text] : [])).join('\n');
	const calls = message.blocks.flatMap((block) =>
		block.type === 'tool_call' ? [{ name: block.name, arguments: { raw: block.arguments } }] : [],
	);
	return { kind: 'reply', say: texts('text'), think: texts('thinking'), calls };
}

function textOf(content: unknown): string {
	if (typeof content === 'string') return content;
	return Array.isArray(content) ? content.map((block) => String(block?.text ?? '')).join('') : '';
}
