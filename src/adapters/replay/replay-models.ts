import type { ModelReply } from '../../core/journal.ts';
import { ModelFault, type ModelRequest, type Models } from '../../ports/model.ts';
import type { Recording } from './recording.ts';

/**
 * Models that answer from a recording, by the place in the run that asks. Every arm counts as configured. `resolve` may fill in what
 * a recording cannot know beforehand, such as commit SHAs.
 */
export function createReplayModels(
	recording: Recording,
	options: { resolve?: (reply: ModelReply, request: ModelRequest) => ModelReply } = {},
): Models {
	const replies = new Map(recording.map((recorded) => [formatPlace(recorded), recorded.reply]));
	return {
		isConfigured: () => true,
		forArm: () => ({
			async complete(request, signal, onDelta) {
				signal.throwIfAborted();
				const found = replies.get(formatPlace(request.place));
				if (found === undefined) {
					const { job, round, turn } = request.place;
					const turns = recording.filter((recorded) => recorded.job === job && recorded.round === round).length;
					throw new ModelFault(
						'replay_exhausted',
						`the recording has ${turns} turns for job ${job} in round ${round}, and turn ${turn} was asked for`,
					);
				}
				const copy = structuredClone(found);
				const reply = options.resolve?.(copy, request) ?? copy;
				for (const block of reply.message.blocks) {
					if (block.type !== 'tool_call') onDelta?.({ type: block.type, text: block.text });
				}
				return reply;
			},
		}),
	};
}

function formatPlace(place: { job: string; round: number; turn: number }): string {
	return `${place.round}/${place.turn}/${place.job}`;
}
