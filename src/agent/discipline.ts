import type { ToolCallBlock, ToolResultBlock } from '../core/message.ts';
import { Repetition } from './repetition.ts';
import { Stall } from './stall.ts';
import { StuckFailure } from './stuck-failure.ts';

/** How much is put up with before a model is told, and before its work is stopped. */
const patience = {
	warnRepeated: 3,
	stopRepeated: 5,
	warnCycles: 3,
	stopCycles: 5,
	/** Edits that leave one and the same failure, after which the model is told to plan anew; and again after as many more. */
	editsBeforeReplan: 3,
	warnIdle: 8,
	stopIdle: 16,
};

/**
 * Finds work that goes nowhere, in the results of the calls alone: repetition, cycles, one failure that no edit changes, turns without
 * anything new. A fold, like all of an agent's progress: a resumed job warns and stops where an unbroken one would.
 */
export class Discipline {
	readonly #repetition = new Repetition();
	readonly #stuck = new StuckFailure();
	readonly #stall = new Stall();

	openTurn(): void {
		this.#repetition.openTurn();
		this.#stuck.openTurn();
	}

	/**
	 * Takes in a call's result.
	 * @param trees The tree before the call and after it; null while none is known.
	 * @param learned Whether the result showed lines of files for the first time.
	 */
	hear(
		call: ToolCallBlock,
		result: ToolResultBlock,
		trees: { before: string | null; after: string | null },
		learned: boolean,
	): void {
		this.#repetition.count(call, result, trees.before);
		if (call.name === 'bash' && !result.isError && trees.before !== null) {
			this.#stuck.hear(call.arguments, result.text, trees.before);
		}
		if (trees.before !== trees.after) this.#stall.treeChanged();
		this.#stall.hear(call.name, result, learned);
	}

	/** Every call of the turn has its result. */
	closeTurn(): void {
		this.#stall.closeTurn();
	}

	/** Why the work is to be stopped; null to go on. */
	stopReason(): string | null {
		const { worst, cycle } = this.#repetition;
		if (worst.count >= patience.stopRepeated) {
			return `the same ${worst.tool} call with the same result was made ${worst.count} times`;
		}
		if (cycle.times >= patience.stopCycles) {
			return `the same calls (${cycle.tools.join(', ')}) on the same files were made ${cycle.times} times in turn`;
		}
		if (this.#stall.turns >= patience.stopIdle) {
			return `nothing new was seen, changed or found out in ${this.#stall.turns} turns`;
		}
		return null;
	}

	/** What the model is to be told after the newest turn. */
	warnings(): string[] {
		const { worst, cycle } = this.#repetition;
		const texts: string[] = [];
		if (worst.count >= patience.warnRepeated) {
			texts.push(
				`You made the same ${worst.tool} call ${worst.count} times with the same result on the same files. Try something else.`,
			);
		} else if (cycle.times >= patience.warnCycles) {
			texts.push(
				`You go round in circles: ${cycle.tools.join(', ')} with the same arguments on the same files, ${cycle.times} times. Do something else.`,
			);
		}
		const failure = this.#stuck.newest;
		if (failure !== null && failure.edits > 0 && failure.edits % patience.editsBeforeReplan === 0) {
			texts.push(
				[
					`${failure.edits} different edits left the very same failure (${failure.signature}).`,
					'Stop editing. Keep with note what each of them has refuted, read again what the failure comes from, and make a new plan before the next edit.',
				].join(' '),
			);
		}
		if (this.#stall.turns === patience.warnIdle) {
			texts.push(
				`In ${patience.warnIdle} turns nothing new was seen, changed or found out. Act on what you know, or submit; the work is stopped after ${patience.stopIdle}.`,
			);
		}
		return texts;
	}
}
