import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { hasLiveWords, inlineCode, plain, withLiveWordsAsCode } from './markdown.ts';

interface Edit {
	start: number;
	end: number;
	text: string;
}

/**
 * Markdown written by a model or a stranger, made harmless for publishing: its formatting stays, but it pings nobody, refers to and
 * closes no issue, and holds no HTML (which could forge our markers or fold text away), no image and no live link.
 * Images are loaded when a person looks, so an image's address can carry a secret away (CamoLeak, 2025).
 */
export function defuse(markdown: string): string {
	const edits: Edit[] = [];
	collect(fromMarkdown(markdown), markdown, edits);
	let result = '';
	let end = 0;
	for (const edit of edits) {
		result += markdown.slice(end, edit.start) + edit.text;
		end = edit.end;
	}
	return result + markdown.slice(end);
}

function collect(node: Nodes, source: string, edits: Edit[]): void {
	const start = node.position?.start.offset;
	const end = node.position?.end.offset;
	if (start === undefined || end === undefined) return;
	const original = source.slice(start, end);
	switch (node.type) {
		case 'text': {
			if (!hasLiveWords(node.value) && !hasLiveWords(original)) return;
			// Escapes and character references hide a mention from a search of the source, not from GitHub.
			const literal = !/[\\&]/.test(original);
			edits.push({ start, end, text: literal ? withLiveWordsAsCode(original, (rest) => rest) : plain(node.value) });
			return;
		}
		case 'html':
			edits.push({ start, end, text: inlineCode(node.value) });
			return;
		case 'image':
		case 'imageReference':
		case 'link':
		case 'linkReference':
		case 'definition':
			edits.push({ start, end, text: inlineCode(original.replace(/^<(.*)>$/s, '$1')) });
			return;
		default:
			if ('children' in node) for (const child of node.children) collect(child, source, edits);
	}
}
