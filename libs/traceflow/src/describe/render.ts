import type { Message, Request, RequestAnswer } from '@podlab/contracts';
import { invariant } from '@podlab/kernel';
import { ENGLISH_DIAGNOSES } from './diagnoses-en';
import { KOREAN_DIAGNOSES } from './diagnoses-ko';
import { ENGLISH_STEPS } from './messages-en';
import { KOREAN_STEPS } from './messages-ko';

export type Language = 'en' | 'ko';
export type MessageParams = Message['params'];

const CATALOGUES: Readonly<Record<Language, readonly Readonly<Record<string, string>>[]>> = {
  en: [ENGLISH_STEPS, ENGLISH_DIAGNOSES],
  ko: [KOREAN_STEPS, KOREAN_DIAGNOSES],
};

/** The sentence for a code, its parameters put in. */
export function renderText(code: string, params: MessageParams, language: Language): string {
  const template = CATALOGUES[language].find((catalogue) => Object.hasOwn(catalogue, code))?.[code];
  invariant(template !== undefined, `no sentence for ${code} in ${language}`);
  let text = '';
  let at = 0;
  for (let open = template.indexOf('{'); open >= 0; open = template.indexOf('{', at)) {
    const close = template.indexOf('}', open);
    text += template.slice(at, open) + String(params[template.slice(open + 1, close)] ?? '');
    at = close + 1;
  }
  return text + template.slice(at);
}

/** A message in a language. */
export function message(code: string, params: MessageParams, language: Language): Message {
  return { code, params, text: renderText(code, params, language) };
}

/** The same answer with its sentences in another language. */
export function translateAnswer(answer: RequestAnswer, language: Language): RequestAnswer {
  return { ...answer, requests: answer.requests.map((request) => translateRequest(request, language)) };
}

/** The same request with its sentences in another language. */
export function translateRequest(request: Request, language: Language): Request {
  const { trace, diagnosis } = request;
  const again = ({ code, params }: Message) => message(code, params, language);
  return {
    ...request,
    ...(trace && {
      trace: {
        ...trace,
        hops: trace.hops.map((hop) => ({
          ...hop,
          steps: hop.steps.map((step) => ({ ...step, message: again(step.message) })),
        })),
      },
    }),
    ...(diagnosis && { diagnosis: { ...diagnosis, message: again(diagnosis.message) } }),
  };
}
