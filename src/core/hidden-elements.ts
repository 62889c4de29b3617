/** An HTML element whose content is being skipped, and how often it is open. */
export interface OpenElement {
	name: string;
	depth: number;
}

/** Elements whose content a page does not show, or not until it is clicked. */
const hiddenElements = new Set([
	...['details', 'template', 'script', 'style', 'noscript', 'svg', 'math', 'title', 'textarea', 'object', 'dialog'],
]);
const hidingAttribute = /\b(?:hidden|style|aria-hidden)\b/i;
const tag = /<(\/?)([A-Za-z][A-Za-z0-9-]*)([^<>]*)>/g;

/** The hidden element that is open after a piece of HTML, given the one that was open before it. */
export function hiddenElementAfter(html: string, before: OpenElement | null): OpenElement | null {
	let open = before;
	for (const [, slash, rawName = '', attributes = ''] of html.matchAll(tag)) {
		const name = rawName.toLowerCase();
		const closes = slash === '/';
		if (open === null) {
			const hides = hiddenElements.has(name) || hidingAttribute.test(attributes);
			if (hides && !closes && !attributes.endsWith('/')) open = { name, depth: 1 };
		} else if (open.name === name) {
			const depth = open.depth + (closes ? -1 : 1);
			open = depth === 0 ? null : { name, depth };
		}
	}
	return open;
}

/** What a piece of HTML holds besides bare tags: comments, attributes, text that is dropped with it. Empty for `<br>` and the like. */
export function contentOfHtml(html: string): string {
	return html.replace(/<\/?[A-Za-z][A-Za-z0-9-]*\s*\/?>/g, ' ').trim();
}
