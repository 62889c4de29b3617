/** What the two databases spell differently. */
export interface ColumnTypes {
	bytes: 'blob' | 'bytea';
}
