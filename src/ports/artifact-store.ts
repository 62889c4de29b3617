/** Content-addressed bytes: whole command outputs, patches, pull request texts. */
export interface ArtifactStore {
	/** Stores the bytes of one run and returns `sha256:<hex>`. The same bytes are stored once. */
	put(run: string, bytes: Uint8Array, mediaType: string): Promise<string>;
	get(digest: string): Promise<{ bytes: Uint8Array; mediaType: string } | null>;
}
