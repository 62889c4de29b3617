import type { Code } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { contentOfHtml, hiddenElementAfter, type OpenElement } from './hidden-elements.ts';
import { type MarkdownLeaf, markdownLeaves } from './markdown-leaves.ts';

/** A piece of Markdown that a reader of the rendered page does not see. */
export interface HiddenText {
	what: string;
	text: string;
}

/** A part of the source and what stands there instead; `hidden` says what it held, if anything. */
interface Change {
	from: number;
	to: number;
	by: string;
	hidden: HiddenText;
}

/** Deeper quotes and lists on one line cost the parser quadratic time (24,000 marks: 6 s) and mean nothing. */
const deepContainers =
	/^((?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))){8})(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])))+/gm;
/** Emphasis hides nothing, and resolving it is quadratic as well. */
const withoutEmphasis = { extensions: [{ disable: { null: ['attention'] } }] };

/**
 * The Markdown source without what its rendering hides: HTML and comments, collapsed sections, image texts, link titles, unused
 * definitions, words after a code fence's language. Character references in text are resolved, so that nothing is spelled invisibly.
 * HTML goes with the text of its block; that costs some honest text and leaves no room for tricks with styles.
 */
export function visibleMarkdown(source: string): { text: string; hidden: HiddenText[] } {
	const text = source.replace(deepContainers, '$1');
	const leaves = markdownLeaves(fromMarkdown(text, withoutEmphasis));
	const used = new Set(leaves.flatMap(({ node }) => (node.type === 'linkReference' ? [node.identifier] : [])));
	const changes: Change[] = [];
	let element: OpenElement | null = null;
	let elementFrom = 0;
	let doneTo = 0;
	for (const leaf of leaves) {
		if (leaf.node.type === 'html') {
			const before: OpenElement | null = element;
			element = hiddenElementAfter(leaf.node.value, before);
			if (before === null && element !== null) elementFrom = leaf.from;
			if (before !== null && element === null) changes.push(dropSection(text, elementFrom, leaf.to));
			if (before === null && element === null) changes.push(drop(leaf, '', 'HTML', contentOfHtml(leaf.node.value)));
			continue;
		}
		if (element !== null || leaf.from < doneTo) continue;
		const change = changeOf(leaf, text, used);
		if (change === null) continue;
		changes.push(change);
		doneTo = change.to;
	}
	if (element !== null) changes.push(dropSection(text, elementFrom, text.length));
	return {
		text: applyChanges(text, changes),
		hidden: changes.map(({ hidden }) => hidden).filter(({ text }) => text.trim() !== ''),
	};
}

function changeOf(leaf: MarkdownLeaf, source: string, used: ReadonlySet<string>): Change | null {
	const { node } = leaf;
	const literal = source.slice(leaf.from, leaf.to);
	switch (node.type) {
		case 'image':
			return drop(leaf, '(image)', 'text of an image', `${node.alt ?? ''} ${node.title ?? ''}`);
		case 'imageReference':
			return drop(leaf, '(image)', 'text of an image', node.alt ?? '');
		case 'link':
			if (node.children.length === 0) return drop(leaf, '', 'link without text', node.url);
			return node.title ? drop(leaf, `](${node.url})`, 'title of a link', node.title) : null;
		case 'definition': {
			const { label, identifier, url, title } = node;
			if (!used.has(identifier))
				return drop(leaf, '', 'definition that nothing uses', `${label} ${url} ${title ?? ''}`);
			return title ? drop(leaf, `[${label ?? identifier}]: ${url}`, 'title of a link', title) : null;
		}
		case 'code':
			return changeOfCode(node, leaf, literal);
		case 'text':
			return changeOfText(node.value, leaf, literal, source);
		default:
			return null;
	}
}

/** Only the first word after a code fence means anything, and only as the name of a language. */
function changeOfCode(node: Code, leaf: MarkdownLeaf, literal: string): Change | null {
	const info = /^(`{3,}|~{3,})[^\n]*/.exec(literal);
	const language = /^[\w+#.-]{1,20}$/.test(node.lang ?? '') ? node.lang : '';
	if (info === null || (language === (node.lang ?? '') && !node.meta)) return null;
	const line = { from: leaf.from, to: leaf.from + info[0].length };
	return drop(line, `${info[1]}${language}`, 'words after a code fence', `${node.lang ?? ''} ${node.meta ?? ''}`);
}

/** GitHub shows a comment that nobody closed, other pages hide all that follows: it is dropped to the end of its block. */
function changeOfText(value: string, leaf: MarkdownLeaf, literal: string, source: string): Change | null {
	const comment = literal.indexOf('<!--');
	if (comment >= 0) {
		const from = leaf.from + comment;
		const rest = { from, to: Math.max(leaf.to, leaf.blockEnd) };
		return drop(rest, '(comment)', 'comment without an end', source.slice(rest.from, rest.to));
	}
	return literal.includes('&') ? drop(leaf, value, '', '') : null;
}

function dropSection(source: string, from: number, to: number): Change {
	return drop({ from, to }, '\n\n(collapsed section)\n\n', 'collapsed section', source.slice(from, to));
}

function drop(place: { from: number; to: number }, by: string, what: string, text: string): Change {
	return { from: place.from, to: place.to, by, hidden: { what, text } };
}

function applyChanges(source: string, changes: Change[]): string {
	let result = '';
	let end = 0;
	for (const change of changes.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
		if (change.from < end) continue;
		result += source.slice(end, change.from) + change.by;
		end = change.to;
	}
	return result + source.slice(end);
}
