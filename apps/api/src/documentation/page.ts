/** The page at /api/docs: reads the OpenAPI document and lists every call; no script or style from elsewhere. */
export const DOCUMENTATION_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Podlab API</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h2 { margin-top: 2rem; border-bottom: 1px solid; }
summary { cursor: pointer; padding: .35rem 0; }
summary code { font-size: 1rem; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
pre { overflow: auto; padding: .75rem; border: 1px solid; border-radius: .25rem; }
</style>
</head>
<body>
<main>
<h1>Podlab API</h1>
<p>The document itself: <a href="/api/openapi.json">/api/openapi.json</a>, in OpenAPI 3.0 <a href="/api/openapi-3.0.json">/api/openapi-3.0.json</a>.</p>
<div id="calls" aria-live="polite">…</div>
</main>
<script>
(async () => {
  const element = (name, text, ...children) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    made.append(...children);
    return made;
  };
  const openapi = await (await fetch('/api/openapi.json')).json();
  const { schemas } = openapi.components;
  const namesIn = (part, found = new Set()) => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#.components.schemas.([A-Za-z]+)"/g)) {
      if (found.has(name)) continue;
      found.add(name);
      namesIn(schemas[name], found);
    }
    return found;
  };
  const textOf = (parts) =>
    [JSON.stringify(parts, null, 2), ...[...namesIn(parts)].map((name) => name + ' ' + JSON.stringify(schemas[name], null, 2))].join('\\n\\n');
  const groups = new Map();
  for (const [path, methods] of Object.entries(openapi.paths)) {
    for (const [method, call] of Object.entries(methods)) {
      const tag = (call.tags || ['other'])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push({ path, method, call });
    }
  }
  const calls = document.getElementById('calls');
  calls.textContent = '';
  for (const [tag, list] of groups) {
    const section = element('section', '', element('h2', tag));
    for (const { path, method, call } of list) {
      const name = element('span', method.toUpperCase());
      name.className = 'method';
      const code = element('code', '', name, path);
      const parts = { parameters: call.parameters, requestBody: call.requestBody, responses: call.responses };
      const text = element('pre');
      const details = element('details', '', element('summary', '', code, ' — ' + (call.summary || '')), text);
      details.addEventListener('toggle', () => (text.textContent ||= textOf(parts)));
      section.append(details);
    }
    calls.append(section);
  }
})();
</script>
</body>
</html>
`;
