import type { PodTemplateSpec } from '@podlab/api';
import { podTemplateHash } from './pod-template-hash';

const template = (image: string): PodTemplateSpec => ({
  metadata: { labels: { app: 'web', tier: 'front' } },
  spec: { containers: [{ name: 'nginx', image }] },
});

test('the hash of a template is the same everywhere and for ever', () => {
  expect(podTemplateHash(template('nginx:1.25'), undefined)).toMatchInlineSnapshot(`"7bbb4fb4b6"`);
});

test('the order of keys does not count, what they hold does', () => {
  const { metadata, spec } = template('nginx:1.25');
  const turned = { spec, metadata: { labels: { tier: 'front', app: 'web' }, annotations: undefined } };
  expect(metadata?.labels).toEqual(turned.metadata.labels);
  expect(podTemplateHash(turned, undefined)).toBe(podTemplateHash(template('nginx:1.25'), undefined));
  expect(podTemplateHash(template('nginx:1.26'), undefined)).not.toBe(podTemplateHash(turned, undefined));
});

test('each collision gives another hash', () => {
  const hashes = [undefined, 1, 2].map((count) => podTemplateHash(template('nginx:1.25'), count));
  expect(new Set(hashes).size).toBe(3);
  for (const hash of hashes) expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
});
