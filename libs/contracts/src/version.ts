/** The version of the whole: log entries, documents and answers carry it. */
export const PODLAB_VERSION = '0.1.0';
