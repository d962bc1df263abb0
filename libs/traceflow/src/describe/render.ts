import type { Message, Request, RequestAnswer } from '@podlab/contracts';
import { invariant } from '@podlab/kernel';
import { ENGLISH_DIAGNOSES } from './diagnoses-en';
import { KOREAN_DIAGNOSES } from './diagnoses-ko';
import { ENGLISH_INGRESS } from './ingress-en';
import { KOREAN_INGRESS } from './ingress-ko';
import { ENGLISH_STEPS } from './messages-en';
import { KOREAN_STEPS } from './messages-ko';
import { withParticles } from './particles';

export type Language = 'en' | 'ko';
export type MessageParams = Message['params'];

/** A sentence taken apart: literal, name, literal, name … literal. */
type Template = readonly string[];

function compile(...catalogues: readonly Readonly<Record<string, string>>[]): ReadonlyMap<string, Template> {
  const entries = catalogues.flatMap((catalogue) => Object.entries(catalogue));
  return new Map(entries.map(([code, text]) => [code, text.split(/[{}]/)]));
}

const TEMPLATES: Readonly<Record<Language, ReadonlyMap<string, Template>>> = {
  en: compile(ENGLISH_STEPS, ENGLISH_INGRESS, ENGLISH_DIAGNOSES),
  ko: compile(KOREAN_STEPS, KOREAN_INGRESS, KOREAN_DIAGNOSES),
};

/** The codes that have a sentence in a language. */
export function codesOf(language: Language): string[] {
  return [...TEMPLATES[language].keys()];
}

/** The codes of the sentences that tell why a request failed, in the order of the alphabet. */
export function diagnosisCodes(): string[] {
  const ingress = Object.keys(ENGLISH_INGRESS).filter((code) => !/^(LoadBalancing|Application)\./.test(code));
  return [...Object.keys(ENGLISH_DIAGNOSES), ...ingress].sort();
}

/** The sentence for a code as the catalogue has it, parameters in braces. */
export function sentence(code: string, language: Language): string {
  const template = TEMPLATES[language].get(code);
  invariant(template !== undefined, `no sentence for ${code} in ${language}`);
  return template.map((part, index) => (index % 2 === 0 ? part : `{${part}}`)).join('');
}

/** The sentence for a code, its parameters put in. */
export function renderText(code: string, params: MessageParams, language: Language): string {
  const template = TEMPLATES[language].get(code);
  invariant(template !== undefined, `no sentence for ${code} in ${language}`);
  let text = template[0];
  for (let index = 1; index < template.length; index += 2) {
    text += String(params[template[index]] ?? '') + template[index + 1];
  }
  return language === 'ko' ? withParticles(text) : text;
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
