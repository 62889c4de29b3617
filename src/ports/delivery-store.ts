/** One webhook request from GitHub, as stored before it was answered. */
export interface Delivery {
	/** `X-GitHub-Delivery`. */
	id: string;
	/** `X-GitHub-Event`. */
	event: string;
	/** The raw body, valid JSON. */
	payload: string;
	receivedAt: number;
}

/** Deliveries, kept so that each has one effect whenever and however often it arrives. */
export interface DeliveryStore {
	/** Durable when this resolves. `duplicate` when the id was ever seen before. */
	put(delivery: Delivery): Promise<'stored' | 'duplicate'>;
	/** Ids of deliveries not yet settled, oldest first: what a restart has to process. */
	unsettled(limit: number): Promise<string[]>;
	/** An unsettled delivery, or null when it is settled or unknown. */
	find(id: string): Promise<Delivery | null>;
	/** Marks it processed; `note` says what came of it, for people. The payload may be dropped, the id is kept. */
	settle(id: string, at: number, note: string): Promise<void>;
	/** Counts a failed try and returns how many there were. */
	countFailure(id: string, message: string): Promise<number>;
}
