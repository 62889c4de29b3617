import { z } from 'zod';

const Head = z.looseObject({
	ref: z.string(),
	sha: z.string(),
	repo: z.looseObject({ full_name: z.string() }).nullable(),
});
const Pull = z.looseObject({ state: z.string(), head: Head });

/**
 * An answer with a pull request, or a list of them, in which the head of each open one is what its branch points to now. Anything
 * else is returned as it is. `shaOf` is given `OWNER/NAME` and a branch; null when there is no such branch.
 */
export async function followBranches(
	answer: unknown,
	shaOf: (repository: string, branch: string) => Promise<string | null>,
): Promise<unknown> {
	if (Array.isArray(answer)) return Promise.all(answer.map((one) => followBranches(one, shaOf)));
	const pull = Pull.safeParse(answer).data;
	if (pull === undefined || pull.state !== 'open' || pull.head.repo === null) return answer;
	const sha = await shaOf(pull.head.repo.full_name, pull.head.ref);
	return sha === null ? answer : { ...pull, head: { ...pull.head, sha } };
}
