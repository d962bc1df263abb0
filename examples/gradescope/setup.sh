#!/usr/bin/env bash
# Runs once, when Gradescope builds the image: Node.js, and nothing else.
set -euo pipefail

if ! command -v node > /dev/null; then
  apt-get update
  apt-get install -y --no-install-recommends ca-certificates curl gnupg
  curl -fsSL https://deb.nodesource.com/setup_20.x | bash -
  apt-get install -y --no-install-recommends nodejs
fi
node --version
