import { z } from 'zod';
import type { Json } from '../../core/json.ts';

/** The JSON Schema that a model is shown for a value, as providers want it: of type object, without `$schema`. */
export function buildSchema(schema: z.ZodType): { [key: string]: Json } {
	const { $schema: _, '~standard': __, ...rest } = z.toJSONSchema(schema, { io: 'input' });
	return JSON.parse(JSON.stringify(rest));
}
