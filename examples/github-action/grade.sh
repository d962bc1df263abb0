#!/usr/bin/env bash
# Grades, writes the outputs and a table into the job's summary, and ends as podlab does: 0 enough points, 1 fewer,
# 3 could not be graded. No input comes into a command but through the environment.
set -uo pipefail

mapfile -t manifests < <(printf '%s\n' "$MANIFESTS" | sed '/^[[:space:]]*$/d')
grade=(node "$PODLAB" grade "$LAB" --seed "$SEED" --manifests "${manifests[@]}" --output podlab-grade.json)
if [ -n "$MIN_SCORE" ]; then grade+=(--min-score "$MIN_SCORE"); fi

rm -f podlab-grade.json
"${grade[@]}"
status=$?
if [ ! -f podlab-grade.json ]; then exit "$status"; fi

node --input-type=module - <<'SCRIPT'
import { appendFileSync, readFileSync } from 'node:fs';

const { lab, score, max, checks } = JSON.parse(readFileSync('podlab-grade.json', 'utf8'));
const cell = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '\\|').replaceAll('\n', ' ');
const marks = { passed: '✅', failed: '❌', error: '⚠️' };
const rows = checks.map(
  ({ title, state, score: points, max: most, message }) =>
    `| ${marks[state]} | ${cell(title.en)} | ${points ?? '–'} / ${most} | ${cell(message.en)} |`,
);
appendFileSync(process.env.GITHUB_OUTPUT, `score=${score ?? ''}\nmax-score=${max}\n`);
appendFileSync(
  process.env.GITHUB_STEP_SUMMARY,
  [`### ${lab.split('@')[0]}: ${score ?? '–'} of ${max}`, '', '| | check | points | |', '|-|-|-|-|', ...rows, ''].join('\n'),
);
SCRIPT
exit "$status"
