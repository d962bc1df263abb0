import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { RULES } from './rules.mjs';

const file = (path, text = '') => ({ path, text });
const README = '# it\n\nMay import: nothing.\n\nLeaves out: all.\n';

/** Each row: the rule, files that break it, and what it says. */
const BREACHES = [
  [
    'fileSize',
    [file('apps/web/src/app/page.css', 'a\n'.repeat(600))],
    'apps/web/src/app/page.css has 601 lines; 600 are the most',
  ],
  ['names', [file('libs/kernel/src/utils.ts')], 'libs/kernel/src/utils.ts has a name that says nothing'],
  [
    'names',
    [file('libs/kernel/src/helper.spec.ts')],
    'libs/kernel/src/helper.spec.ts has a name that says nothing',
  ],
  ['names', [file('libs/common/README.md')], 'libs/common/ has a name that says nothing'],
  ['names', [file('libs/kubeProxy/README.md')], 'libs/kubeProxy/ is not in kebab-case'],
  [
    'indexFiles',
    [file('libs/kernel/src/deep/index.ts')],
    "libs/kernel/src/deep/index.ts: index.ts stands only at a library's root",
  ],
  [
    'indexFiles',
    [file('apps/api/src/index.ts')],
    "apps/api/src/index.ts: index.ts stands only at a library's root",
  ],
  ['readmes', [file('libs/kernel/project.json')], 'libs/kernel has no README.md'],
  [
    'readmes',
    [file('libs/kernel/project.json'), file('libs/kernel/README.md', 'May import: nothing.')],
    'libs/kernel/README.md does not say what it "Leaves out"',
  ],
  [
    'directives',
    [file('libs/a/src/a.ts', '\n// oxlint-disable-next-line no-console')],
    'libs/a/src/a.ts:2 switches a rule off and does not say why',
  ],
  [
    'directives',
    [file('libs/a/src/a.ts', '// @ts-expect-error')],
    'libs/a/src/a.ts:1 switches a rule off and does not say why',
  ],
  [
    'directives',
    [file('libs/a/src/a.ts', '// @ts-ignore: it is wrong here')],
    'libs/a/src/a.ts:1 switches the type check off',
  ],
  ['machinePaths', [file('docs/a.md', 'see /home/ada/podlab')], 'docs/a.md:1 names a folder of one machine'],
  [
    'words',
    [file('apps/api/src/auth/token.ts', '@Injectable()\nexport class TokenService {}')],
    'apps/api/src/auth/token.ts: the provider TokenService may not be called a Service',
  ],
  [
    'words',
    [file('apps/api/src/auth/token.ts', "@Controller('auth')\nexport class TokenHandler {}")],
    'apps/api/src/auth/token.ts: HTTP handlers stand in *.http-controller.ts',
  ],
];

/** Each row keeps the rule, although it looks like a breach. */
const KEPT = [
  ['fileSize', [file('libs/a/src/generated/types.ts', 'a\n'.repeat(900))]],
  [
    'names',
    [file('apps/web/src/app/[locale]/page.tsx'), file('.ci/run'), file('libs/a/src/shared-informer.ts')],
  ],
  ['indexFiles', [file('libs/kernel/src/index.ts')]],
  ['readmes', [file('libs/kernel/project.json'), file('libs/kernel/README.md', README)]],
  ['directives', [file('libs/a/src/a.ts', '// oxlint-disable-next-line no-console -- the command prints')]],
  ['directives', [file('libs/a/src/a.ts', '// @ts-expect-error: the type of the library is too narrow')]],
  ['machinePaths', [file('docs/a.md', 'touch /tmp/healthy; cd /root; ls https://x/home/ada/b')]],
  [
    'words',
    [file('apps/api/src/auth/auth.http-controller.ts', "@Controller('auth')\nexport class AuthHandler {}")],
  ],
];

describe('the rules of the repository', () => {
  it.each(BREACHES)('%s is broken by %j', (rule, files, problem) => {
    expect(RULES[rule](files)).toEqual([problem]);
  });

  it.each(KEPT)('%s is kept by %j', (rule, files) => {
    expect(RULES[rule](files)).toEqual([]);
  });

  it('hold for this repository', () => {
    const root = join(__dirname, '../..');
    const tidy = spawnSync(process.execPath, ['tools/tidy/tidy.mjs'], { cwd: root, encoding: 'utf8' });
    expect(tidy.stderr + tidy.stdout).toBe('tidy\n');
  }, 180_000);
});
