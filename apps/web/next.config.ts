import { join } from 'node:path';
import type { NextConfig } from 'next';

// A static export: the API process serves these files at its own origin, and no Next server runs.
const nextConfig: NextConfig = {
  output: 'export',
  reactStrictMode: true,
  // The type check is a target of its own (`nx typecheck web`).
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: join(import.meta.dirname, '../..') },
};

export default nextConfig;
