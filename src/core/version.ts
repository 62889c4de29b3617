/** The factory's own version, written into every journal. Kept equal to package.json by a test. */
export const version = '0.1.0';
