export interface SecretFinding {
	/** The name given with the text: a path, `commit message`, `pull request body`. */
	where: string;
	line: number;
	/** The rule that matched; never the value. */
	rule: string;
}

export interface SecretScanner {
	scan(texts: { where: string; text: string }[]): Promise<SecretFinding[]>;
}
