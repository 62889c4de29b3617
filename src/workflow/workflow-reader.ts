import { parseArm } from '../core/arm.ts';
import type { Json } from '../core/json.ts';
import { checkModelName } from '../core/model-name.ts';
import { findNearest } from '../core/nearest.ts';
import type { Problem } from '../core/problem.ts';
import { findSchemaProblems } from '../core/schema-problems.ts';
import type { StepKind } from '../core/step-kind.ts';
import { stepKindFacts, stepKinds } from '../core/step-kind.ts';
import type { YamlPath, YamlSource } from '../core/yaml-source.ts';
import { formatKey, shorten } from '../core/yaml-source.ts';
import { checkCondition, checkValue } from './check-expressions.ts';
import type { ReferenceScope } from './check-references.ts';
import { findAncestors, findCycles } from './job-graph.ts';
import type { WorkflowJob } from './workflow.ts';
import { WorkflowJobFile } from './workflow-schema.ts';

const defaultTimeoutMinutes = 30;
const defaultRetries = 2;
const jobLimit = 100;
/** Whoever has more starts with these; each may quote long names. */
const problemLimit = 100;
const idPattern = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;

/** A job without those of its keys that are wrong in themselves; what it says of others is still to be checked. */
export interface JobDraft {
	id: string;
	/** Null when `uses` itself is wrong. */
	uses: StepKind | null;
	file: WorkflowJobFile;
	needs: string[];
	sendsBackTo: string[];
}

function listOf(value: string | string[] | undefined): string[] {
	if (value === undefined) return [];
	return typeof value === 'string' ? [value] : value;
}

function mapOf(value: Json | undefined): { [key: string]: Json } {
	return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function isKeyOf<T extends object>(shape: T, key: string): key is Extract<keyof T, string> {
	return Object.hasOwn(shape, key);
}

/** Where the nth name of a key stands that holds one name or a list of them. */
function pathOfName(id: string, key: string, value: string | string[] | undefined, index: number): YamlPath {
	return typeof value === 'string' ? ['jobs', id, key] : ['jobs', id, key, index];
}

/** Reads and checks the jobs of a workflow file, gathering every problem on the way. */
export class WorkflowReader {
	readonly problems: Problem[] = [];
	readonly #source: YamlSource;
	readonly #knownModels: readonly string[] | null;

	constructor(source: YamlSource, knownModels: readonly string[] | null) {
		this.#source = source;
		this.#knownModels = knownModels;
	}

	#refuse(
		path: YamlPath,
		message: string,
		detail: Partial<Pick<Problem, 'value' | 'expected' | 'nearest'>> = {},
	): void {
		if (this.problems.length >= problemLimit) return;
		const place = this.#source.valueAt(path);
		const problem = { value: null, expected: '', nearest: null, ...detail, message };
		this.problems.push({ path: this.#source.path, ...place, key: formatKey(path), ...problem });
	}

	readJobs(ids: string[]): JobDraft[] {
		const drafts: JobDraft[] = [];
		const seen = new Map<string, string>();
		for (const id of ids) {
			const path = ['jobs', id];
			const same = seen.get(id.toLowerCase());
			seen.set(id.toLowerCase(), id);
			if (!idPattern.test(id) || id === 'constructor') {
				const expected = 'letters, digits, - and _, a letter first';
				this.#refuse(path, 'this name cannot be used for a job', { value: shorten(id), expected });
			} else if (same !== undefined) {
				this.#refuse(path, `the name differs from ${same} only in its case`, { value: id });
			}
			drafts.push(this.#readJob(id));
		}
		return drafts;
	}

	#readJob(id: string): JobDraft {
		const jobs = mapOf(this.#source.value.jobs);
		const value = jobs[id] ?? null;
		this.problems.push(...findSchemaProblems(WorkflowJobFile, value, this.#source, ['jobs', id]));
		const shape = WorkflowJobFile.shape;
		const right = Object.entries(mapOf(value)).filter(
			([key, each]) => isKeyOf(shape, key) && shape[key].safeParse(each).success,
		);
		const uses = stepKinds.find((kind) => right.some(([key, each]) => key === 'uses' && each === kind)) ?? null;
		const file = WorkflowJobFile.parse({ ...Object.fromEntries(right), uses: uses ?? stepKinds[0] });
		return { id, uses, file, needs: listOf(file.needs), sendsBackTo: listOf(file['sends-back-to']) };
	}

	/** Names in `needs`, which may also name jobs that have a mistake of their own. */
	checkNeeds(job: JobDraft, ids: readonly string[]): void {
		for (const [index, need] of job.needs.entries()) {
			if (this.problems.length >= problemLimit) return;
			const path = pathOfName(job.id, 'needs', job.file.needs, index);
			if (!ids.includes(need)) {
				const nearest = findNearest(need, ids);
				this.#refuse(path, 'unknown job', { value: need, expected: `one of ${ids.join(', ')}`, nearest });
			} else if (job.needs.indexOf(need) !== index) {
				this.#refuse(path, 'the job is named twice', { value: need });
			}
		}
	}

	checkCycles(drafts: JobDraft[]): void {
		for (const cycle of findCycles(drafts)) {
			const expected = 'an order in which the work can be done';
			const value = cycle.join(' -> ');
			this.#refuse(['jobs', cycle[0] ?? '', 'needs'], 'the jobs need each other in a circle', { value, expected });
		}
	}

	checkSendsBackTo(job: JobDraft, drafts: JobDraft[], ids: readonly string[]): void {
		const ancestors = findAncestors(job.id, drafts);
		for (const [index, target] of job.sendsBackTo.entries()) {
			if (ancestors.has(target) && target !== job.id) continue;
			const message = ids.includes(target) ? 'work can only be sent back to a job that this one needs' : 'unknown job';
			this.#refuse(pathOfName(job.id, 'sends-back-to', job.file['sends-back-to'], index), message, {
				value: target,
				expected: ancestors.size === 0 ? 'no sends-back-to: it needs nothing' : `one of ${[...ancestors].join(', ')}`,
				nearest: findNearest(target, ancestors),
			});
		}
	}

	checkModels(job: JobDraft): void {
		const arms = listOf(job.file.model);
		const path = ['jobs', job.id, 'model'];
		if (job.uses !== null && stepKindFacts[job.uses].role === null) {
			for (const key of ['role', 'model'] as const) {
				const value = listOf(job.file[key]).join(', ');
				if (value === '') continue;
				this.#refuse(['jobs', job.id, key], `${job.uses} uses no model`, { value, expected: `no ${key} key` });
			}
			return;
		}
		if (job.file.model === undefined) return;
		if (arms.length === 0) this.#refuse(path, 'the list is empty', { expected: 'at least one provider/model' });
		for (const [index, arm] of arms.entries()) {
			const armPath = pathOfName(job.id, 'model', job.file.model, index);
			if (parseArm(arm) === null) {
				const expected = 'provider/model or provider/model@effort';
				this.#refuse(armPath, 'this does not name a model', { value: shorten(arm), expected });
				continue;
			}
			const mistake = this.#knownModels === null ? null : checkModelName(arm, this.#knownModels);
			if (mistake !== null) this.#refuse(armPath, 'unknown model', { value: arm, ...mistake });
		}
	}

	checkInputs(job: JobDraft): void {
		if (job.uses === null) return;
		const { inputs } = stepKindFacts[job.uses];
		for (const name of Object.keys(job.file.with ?? {})) {
			if (inputs.includes(name)) continue;
			const expected = inputs.length === 0 ? 'no with: it takes no inputs' : `one of ${inputs.join(', ')}`;
			const path = ['jobs', job.id, 'with', name];
			this.#refuse(path, `unknown input of ${job.uses}`, { expected, nearest: findNearest(name, inputs) });
		}
	}

	finish(job: JobDraft, drafts: JobDraft[], ids: readonly string[]): WorkflowJob {
		const kinds = new Map(drafts.map((draft) => [draft.id, draft.uses]));
		const scope: ReferenceScope = {
			needs: new Map(job.needs.filter((need) => ids.includes(need)).map((need) => [need, kinds.get(need) ?? null])),
			jobs: new Set(ids),
		};
		const path = ['jobs', job.id];
		const condition =
			job.file.if === undefined ? null : checkCondition(this.#source, [...path, 'if'], job.file.if, scope);
		this.problems.push(...(condition?.problems ?? []));
		this.problems.push(...checkValue(this.#source, [...path, 'with'], job.file.with ?? {}, scope));
		return {
			id: job.id,
			uses: job.file.uses,
			needs: job.needs,
			if: condition?.expression ?? null,
			with: job.file.with ?? {},
			role: job.file.role ?? stepKindFacts[job.file.uses].role,
			model: job.file.model === undefined ? null : listOf(job.file.model),
			timeoutMinutes: job.file['timeout-minutes'] ?? defaultTimeoutMinutes,
			retries: job.file.retries ?? defaultRetries,
			sendsBackTo: job.sendsBackTo,
			line: this.#source.keyAt(path).line,
		};
	}

	/** False when there is nothing, or so much that checking it would only cost time and memory. */
	checkSize(ids: string[]): boolean {
		if (ids.length === 0) this.#refuse(['jobs'], 'there are no jobs', { expected: 'at least one job' });
		if (ids.length > jobLimit) {
			this.#refuse(['jobs'], 'there are too many jobs', { value: String(ids.length), expected: `at most ${jobLimit}` });
		}
		const long = ids.find((id) => id.length > 100);
		if (long !== undefined) this.#refuse(['jobs'], 'the name of a job is too long', { value: shorten(long) });
		return ids.length <= jobLimit && long === undefined;
	}
}
