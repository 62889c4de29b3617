import type { ToolName } from '../agent-task.ts';
import { bashTool } from './bash.ts';
import { editTool } from './edit.ts';
import { globTool } from './glob.ts';
import { grepTool } from './grep.ts';
import { noteTool } from './note.ts';
import { readTool } from './read.ts';
import { replaceTextTool } from './replace-text.ts';
import type { Tool } from './tool.ts';
import { writeTool } from './write.ts';

const all: Record<ToolName, Tool> = {
	read: readTool,
	grep: grepTool,
	glob: globTool,
	edit: editTool,
	replace_text: replaceTextTool,
	write: writeTool,
	bash: bashTool,
	note: noteTool,
};

/** The tools of these names. */
export function buildToolbox(names: readonly ToolName[]): Map<string, Tool> {
	return new Map(names.map((name) => [name, all[name]]));
}
