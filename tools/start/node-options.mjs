// How the server's Node runs. A request's trace is some hundred small objects that die at once: a young generation of
// 32 MB lets them, so that the cost of a request does not grow with what a cluster holds (docs/adr/0010).
export const SERVER_NODE_OPTIONS = ['--enable-source-maps', '--max-semi-space-size=32'];
