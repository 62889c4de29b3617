/** Who a model is asked to be. */
export const roles = ['triage', 'explore', 'plan', 'implement', 'review', 'evaluate'] as const;
export type Role = (typeof roles)[number];
