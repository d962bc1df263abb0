import { createHash } from 'node:crypto';
import { contentSecurityPolicy } from './static-files';

const hash = (script: string) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

it('allows exactly the inline scripts of the page, and nothing from elsewhere', () => {
  const html = `<script src="/a.js"></script><script>one()</script><script type="module">two()\n</script><script id="x">one()</script>`;
  const policy = contentSecurityPolicy(html);
  expect(policy).toContain(`script-src 'self' ${hash('one()')} ${hash('two()\n')};`);
  expect(policy).not.toMatch(/https?:|unsafe-eval|\*/);
});
