import { type CompactTurn, expandTurn } from '../../src/adapters/replay/compact-turn.ts';
import type { ModelReply } from '../../src/core/journal.ts';
import type { ModelFault, ModelRequest, Models } from '../../src/ports/model.ts';

/** A turn in short form, a whole reply, or an error to throw. */
export type ScriptedAnswer = CompactTurn | ModelReply | ModelFault | Error;

export interface ScriptedModels extends Models {
	/** Every request, as it was when asked. */
	readonly requests: ModelRequest[];
}

/** Models whose replies are a function of the request: it sees the messages, the tools and the place in the run. */
export function createScriptedModels(
	answer: (request: ModelRequest, signal: AbortSignal) => ScriptedAnswer | Promise<ScriptedAnswer>,
): ScriptedModels {
	const requests: ModelRequest[] = [];
	return {
		requests,
		isConfigured: () => true,
		forArm: () => ({
			async complete(request, signal, onDelta) {
				signal.throwIfAborted();
				requests.push(structuredClone(request));
				const given = await answer(request, signal);
				signal.throwIfAborted();
				if (given instanceof Error) throw given;
				const reply = 'message' in given ? given : expandTurn(given, request.place);
				for (const block of reply.message.blocks) {
					if (block.type !== 'tool_call') onDelta?.({ type: block.type, text: block.text });
				}
				return reply;
			},
		}),
	};
}

/** A turn that calls one tool. */
export function call(tool: string, args: NonNullable<CompactTurn['call']>[number]['with']): CompactTurn {
	return { call: [{ tool, with: args }] };
}
