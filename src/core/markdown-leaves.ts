import type { Nodes } from 'mdast';

/** A node without children, or the tail of a link (its address and title, or its label), with its place in the source. */
export interface MarkdownLeaf {
	node: Nodes;
	from: number;
	to: number;
	/** Where the paragraph, heading or other block around it ends. */
	blockEnd: number;
}

type Open = MarkdownLeaf & { children: readonly Nodes[] };

const blocks = new Set(['root', 'paragraph', 'heading', 'blockquote', 'list', 'listItem']);

/** The leaves of a tree in the order of the source. Walks with a list of its own: hostile nesting is deeper than any call stack. */
export function markdownLeaves(tree: Nodes): MarkdownLeaf[] {
	const leaves: MarkdownLeaf[] = [];
	const open = [openNode(tree, 0)];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		const { children, ...leaf } = next;
		const last = children.at(-1);
		if (last === undefined) {
			leaves.push(leaf);
			continue;
		}
		const blockEnd = blocks.has(leaf.node.type) ? leaf.to : leaf.blockEnd;
		if (leaf.node.type === 'link' || leaf.node.type === 'linkReference')
			open.push({ ...leaf, from: openNode(last, 0).to, children: [] });
		for (const child of children.toReversed()) open.push(openNode(child, blockEnd));
	}
	return leaves;
}

function openNode(node: Nodes, blockEnd: number): Open {
	const from = node.position?.start.offset ?? 0;
	const to = node.position?.end.offset ?? 0;
	return { node, from, to, blockEnd, children: 'children' in node ? node.children : [] };
}
