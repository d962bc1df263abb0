/** The pages of a choice: within the platform's frame, where nothing of the dashboard needs to be. */
import type { Language, LtiDeepLink, LtiDeepLinkAnswer } from '@podlab/contracts';

const TEXTS = {
  en: {
    title: 'Choose labs',
    question: 'Which lab does the link lead to?',
    add: 'Add',
    back: 'Back to the course',
    minutes: 'min',
  },
  ko: {
    title: '실습 고르기',
    question: '링크를 어느 실습으로 이을까요?',
    add: '추가',
    back: '강의로 돌아가기',
    minutes: '분',
  },
} as const;

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --accent: light-dark(#2f56b0, #8fb0ff); }
body { max-width: 40rem; margin: 0 auto; padding: 1rem; word-break: keep-all; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; }
fieldset { border: 0; padding: 0; margin: 0 0 1rem; }
legend { padding: 0; }
label { display: grid; grid-template-columns: auto 1fr; column-gap: .75rem; align-items: center; margin-block: .5rem;
  padding: .6rem .75rem; border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: .5rem; cursor: pointer; }
label:has(:checked) { border-color: var(--accent); box-shadow: inset .25rem 0 var(--accent); }
input { inline-size: 1.25rem; block-size: 1.25rem; margin: 0; accent-color: var(--accent); }
small { grid-column: 2; opacity: .8; }
button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1.5rem; border: 0; border-radius: .5rem;
  color: light-dark(#fff, #10131a); background: var(--accent); cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function page(language: Language, body: string): string {
  const { title } = TEXTS[language];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

export function choosingPage(
  { request, labs, multiple }: LtiDeepLink,
  action: string,
  language: Language,
): string {
  const texts = TEXTS[language];
  const choices = labs.map(({ name, title, summary, minutes }) => {
    const kind = multiple ? 'checkbox' : 'radio';
    const about = summary ? `<small>${escaped(summary[language])}</small>` : '';
    const input = `<input type="${kind}" name="labs" value="${escaped(name)}">`;
    return `<label>${input} ${escaped(title[language])} · ${minutes} ${texts.minutes}${about}</label>`;
  });
  return page(
    language,
    `<h1>${texts.title}</h1>
<form method="post" action="${escaped(action)}">
<input type="hidden" name="request" value="${escaped(request)}">
<fieldset><legend>${texts.question}</legend>
${choices.join('\n')}
</fieldset>
<button>${texts.add}</button>
</form>`,
  );
}

/** Posts itself; whose browser runs no script has a button. */
export function returningPage({ return_url, jwt }: LtiDeepLinkAnswer, language: Language): string {
  return page(
    language,
    `<form method="post" action="${escaped(return_url)}" id="answer">
<input type="hidden" name="JWT" value="${escaped(jwt)}">
<button>${TEXTS[language].back}</button>
</form>
<script>document.getElementById('answer').submit();</script>`,
  );
}
