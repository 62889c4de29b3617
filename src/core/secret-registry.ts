import { createRedactor } from './redact.ts';
import { createTraceFinder } from './secret-traces.ts';

/** Tokens live an hour; as many as were minted last are kept. */
const mostTokens = 64;

/** The factory's own credentials by their exact values: those of its settings, and the tokens that it is given while it runs. */
export class SecretRegistry {
	readonly #lasting: readonly string[];
	#tokens: string[] = [];
	#redactor: ((text: string) => string) | null = null;
	#finder: ((text: string) => number[]) | null = null;

	constructor(lasting: readonly string[]) {
		this.#lasting = lasting;
	}

	add(token: string): void {
		this.#tokens = [...this.#tokens.filter((known) => known !== token), token].slice(-mostTokens);
		this.#redactor = null;
		this.#finder = null;
	}

	/** For logs and errors: the values are masked. */
	redact(text: string): string {
		this.#redactor ??= createRedactor([...this.#lasting, ...this.#tokens]);
		return this.#redactor(text);
	}

	/** For what is sent: the lines, from 1, that hold a value or a good part of one in any disguise. */
	trace(text: string): number[] {
		this.#finder ??= createTraceFinder([...this.#lasting, ...this.#tokens]);
		return this.#finder(text);
	}
}
