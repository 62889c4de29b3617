import { cut } from './markdown.ts';

/** Part of a long text: a heading, words before the items (a table's head), and items that stay whole when the text is split. */
export interface Section {
	heading: string;
	lead: string;
	items: string[];
	/** What stands between items: a line break for table rows and lists, an empty line for blocks. */
	separator: '\n' | '\n\n';
}

/**
 * Fits sections into a first text of at most `limit` characters and as many follow-ups as it takes; nothing is lost. Every
 * section keeps its heading in the first text, in order; items that do not fit move on whole under the heading `... (continued)`.
 * Items must be shorter than a follow-up (a longer one is cut, and says so): keep long outputs elsewhere. Lengths are UTF-16 units, which are never fewer than GitHub's characters.
 * @param head stands before the first section; `formatHead` before each follow-up.
 */
export function packSections(
	head: string,
	sections: readonly Section[],
	limit: number,
	formatHead: (part: number) => string,
): { body: string; followUps: string[] } {
	const pointer = '*More of this is in a comment below.*';
	const frame = sections.reduce(
		(sum, section) => sum + section.heading.length + section.lead.length + pointer.length + 16,
		0,
	);
	let room = limit - head.length - frame;
	const parts: string[] = [head];
	const rest: Section[] = [];
	let left = sections.length;
	for (const section of sections) {
		// Later sections must not starve because an early one is long.
		const share = Math.max(room / left, room - sizeOf(sections.slice(sections.length - left + 1)));
		left -= 1;
		const kept: string[] = [];
		let used = 0;
		for (const item of section.items) {
			const size = item.length + section.separator.length;
			if (used + size > share) break;
			kept.push(item);
			used += size;
		}
		room -= used;
		const over = section.items.slice(kept.length);
		parts.push(renderSection({ ...section, items: kept }, kept.length > 0 || over.length === 0));
		if (over.length === 0) continue;
		parts.push(pointer);
		rest.push({ ...section, heading: `${section.heading} (continued)`, items: over });
	}
	return { body: parts.join('\n\n'), followUps: packRest(rest, limit, formatHead) };
}

function packRest(sections: readonly Section[], limit: number, formatHead: (part: number) => string): string[] {
	const followUps: string[] = [];
	let current = '';
	const flush = () => {
		if (current !== '') followUps.push(current);
		current = '';
	};
	for (const section of sections) {
		const start = `${section.heading}\n\n${section.lead === '' ? '' : `${section.lead}\n`}`;
		let opened = false;
		for (const whole of section.items) {
			const item = cut(whole, limit - start.length - formatHead(followUps.length + 1).length - 2);
			if (current !== '' && current.length + start.length + item.length + 4 > limit) {
				flush();
				opened = false;
			}
			if (current === '') current = formatHead(followUps.length + 1);
			current += opened ? `${section.separator}${item}` : `\n\n${start}${item}`;
			opened = true;
		}
	}
	flush();
	return followUps;
}

function renderSection(section: Section, showLead: boolean): string {
	const lead = showLead && section.lead !== '' ? [section.lead] : [];
	const gap = section.separator === '\n' ? '\n' : '\n\n';
	const items = section.items.length > 0 ? [section.items.join(section.separator)] : [];
	return `${section.heading}\n\n${[...lead, ...items].join(gap)}`.trimEnd();
}

function sizeOf(sections: readonly Section[]): number {
	return sections.reduce(
		(sum, section) => sum + section.items.reduce((total, item) => total + item.length + section.separator.length, 0),
		0,
	);
}
