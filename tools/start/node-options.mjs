// How the server's Node runs. Its old generation is looked through when it has grown by a third, not when it has doubled
// (docs/adr/0017). No flag says how large a young generation is: it would hold for every thread (docs/adr/0020).
export const SERVER_NODE_OPTIONS = ['--heap-growing-percent=30'];

/** Freed memory goes back to the system: glibc keeps it by the thread, and large pieces once it has seen such (docs/adr/0017). */
export const SERVER_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
