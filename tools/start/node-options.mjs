// How the server's Node runs. A request's trace is some hundred small objects that die at once: a young generation of
// 32 MB lets them, so that the cost of a request does not grow with what a cluster holds (docs/adr/0010). The old one is
// looked through when it has grown by a third, not when it has doubled (docs/adr/0017).
export const SERVER_NODE_OPTIONS = ['--max-semi-space-size=32', '--heap-growing-percent=30'];

/** Freed memory goes back to the system: glibc keeps it by the thread, and large pieces once it has seen such (docs/adr/0017). */
export const SERVER_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
