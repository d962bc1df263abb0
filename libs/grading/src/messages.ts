import type { GradeMessage } from '@podlab/contracts';
import { withParticles } from '@podlab/traceflow';

type Params = Readonly<Record<string, string | number>>;

/** Why in both languages: the diagnosis of a request, or an author's own words. */
export interface Because {
  readonly en: string;
  readonly ko: string;
}

const MESSAGES = {
  Passed: ['Passed.', '통과했습니다.'],
  ObjectMissing: [
    'There is no {kind} {name} in namespace {namespace}.',
    '네임스페이스 {namespace}에 {kind} {name}이(가) 없습니다.',
  ],
  ObjectsMissing: [
    'There is no {kind} like that in namespace {namespace}.',
    '네임스페이스 {namespace}에 조건에 맞는 {kind}이(가) 없습니다.',
  ],
  ObjectRefused: [
    'The Kubernetes API refused {kind} {name}: {reason}',
    'Kubernetes API가 {kind} {name}을(를) 거부했습니다: {reason}',
  ],
  ObjectThere: ['{kind} {name} should not be there.', '{kind} {name}이(가) 없어야 합니다.'],
  ObjectCount: [
    '{kind}: {found} found, expected {expected}.',
    '{kind} 개수: {found}. 기대한 값: {expected}.',
  ],
  ObjectDiffers: [
    '{kind} {name} is not as it should be: {expression}',
    '{kind} {name}이(가) 기대와 다릅니다: {expression}',
  ],
  ObjectUnanswered: [
    '{kind} {name} is not as it should be: {reason} in {expression}',
    '{kind} {name}이(가) 기대와 다릅니다: {reason} ({expression})',
  ],
  ValueMissing: [
    'What the check looks for in {kind} {name} is not there: {reason}.',
    '확인이 {kind} {name}에서 찾는 값이 없습니다: {reason}.',
  ],
  NoSender: ['Nobody can send the request: {reason}.', '요청을 보낼 수 있는 쪽이 없습니다: {reason}.'],
  WrongDisposition: [
    'A request from {from} to {to} was {found}, expected {expected}.',
    '{from}에서 {to}(으)로 보낸 요청의 결과는 {found}입니다. 기대한 결과: {expected}.',
  ],
  WrongStatus: [
    'The answer to {from} from {to} had status {found}, expected {expected}.',
    '{from}이(가) {to}에서 받은 응답의 상태 코드는 {found}입니다. 기대한 값: {expected}.',
  ],
  WrongBody: [
    'The answer to {from} from {to} does not contain “{expected}”.',
    '{from}이(가) {to}에서 받은 응답에 “{expected}”이(가) 없습니다.',
  ],
  WrongServer: [
    'The request from {from} to {to} was answered by {found}, expected {expected}.',
    '{from}에서 {to}(으)로 보낸 요청에 {found}이(가) 응답했습니다. 기대한 대상: {expected}.',
  ],
  WrongBackend: [
    'The request from {from} to {to} went to {found}, expected {expected}.',
    '{from}에서 {to}(으)로 보낸 요청이 {found}(으)로 갔습니다. 기대한 대상: {expected}.',
  ],
  WrongSource: [
    'The application behind {to} saw the client {found}, expected {expected}.',
    '{to} 뒤의 애플리케이션이 본 클라이언트 주소는 {found}입니다. 기대한 주소: {expected}.',
  ],
  WrongDiagnosis: [
    'The request from {from} to {to} failed for {found}, expected {expected}.',
    '{from}에서 {to}(으)로 보낸 요청이 실패한 까닭은 {found}입니다. 기대한 까닭: {expected}.',
  ],
  WrongRcode: [
    'The name in {to} was answered with {found} to {from}, expected {expected}.',
    '{from}이(가) {to}의 이름을 물었을 때의 답은 {found}입니다. 기대한 답: {expected}.',
  ],
  StepMissing: [
    'The way from {from} to {to} has no step {step}.',
    '{from}에서 {to}(으)로 가는 길에 {step} 단계가 없습니다.',
  ],
  StepForbidden: [
    'The way from {from} to {to} has a step that it must not have: {step}.',
    '{from}에서 {to}(으)로 가는 길에 있으면 안 되는 단계가 있습니다: {step}.',
  ],
  RequestDiffers: [
    'The request from {from} to {to} is not as it should be: {expression}',
    '{from}에서 {to}(으)로 보낸 요청이 기대와 다릅니다: {expression}',
  ],
  BackendCount: [
    '{found} different backends served {to}, expected {expected}.',
    '{to}에 응답한 백엔드는 {found}개입니다. 기대한 값: {expected}.',
  ],
  BackendShare: [
    'Backend {backend} served a share of {found} of the requests to {to}, expected {expected}.',
    '백엔드 {backend}이(가) {to}에 보낸 요청 가운데 처리한 비율은 {found}입니다. 기대한 비율: {expected}.',
  ],
  WrongAnswers: [
    'The name {name} was answered with {found}, expected {expected}.',
    '이름 {name}에 대한 답은 {found}입니다. 기대한 답: {expected}.',
  ],
  WrongExit: [
    'The command ended with {found}, expected {expected}.',
    '명령의 종료 코드는 {found}입니다. 기대한 값: {expected}.',
  ],
  NeverEnded: ['The command did not end.', '명령이 끝나지 않았습니다.'],
  WrongOutput: ['The command did not print “{expected}”.', '명령이 “{expected}”을(를) 출력하지 않았습니다.'],
  ResultDiffers: [
    'The result of the command is not as it should be: {expression}',
    '명령의 결과가 기대와 다릅니다: {expression}',
  ],
  ApiRefused: ['The cluster says no: {reason}', '클러스터가 거부했습니다: {reason}'],
  DidForbidden: ['Somebody did what was not to be done: {what}.', '하지 말아야 할 일을 했습니다: {what}.'],
  DidNot: ['What was to be done was not done: {what}.', '해야 할 일을 하지 않았습니다: {what}.'],
  DisturbanceImpossible: [
    'The grader could not do {action}: {reason}',
    '채점기가 {action}을(를) 할 수 없었습니다: {reason}',
  ],
  RequiresFirst: ['It counts only when “{required}” passes.', '“{required}”을(를) 통과해야 인정됩니다.'],
  NotAnswered: ['It was not answered.', '답하지 않았습니다.'],
  WrongAnswer: ['The answer is not right.', '정답이 아닙니다.'],
  WrongPrediction: [
    'You said {found}, it is {expected}.',
    '{found}(이)라고 예상했지만 실제로는 {expected}입니다.',
  ],
  Hidden: ['A hidden check failed.', '숨겨진 확인을 통과하지 못했습니다.'],
  NotRun: ['The check cannot be run here: {reason}', '여기서는 이 확인을 실행할 수 없습니다: {reason}'],
  HiddenError: ['A hidden check could not be run.', '숨겨진 확인을 실행할 수 없었습니다.'],
  CannotRun: ['The check could not be run: {reason}', '확인을 실행할 수 없었습니다: {reason}'],
} as const satisfies Record<string, readonly [en: string, ko: string]>;

export type MessageCode = keyof typeof MESSAGES;

/** A sentence in both languages, and why. */
export function gradeMessage(code: MessageCode, params: Params = {}, because?: Because): GradeMessage {
  const [en, ko] = MESSAGES[code];
  return {
    code,
    params: { ...params },
    en: sentence(en, params, because?.en),
    ko: withParticles(sentence(ko, params, because?.ko)),
  };
}

/** The same message with words before it. */
export function withWords(message: GradeMessage, words: Because): GradeMessage {
  return { ...message, en: `${words.en} ${message.en}`, ko: `${words.ko} ${message.ko}` };
}

function sentence(text: string, params: Params, because: string | undefined): string {
  const filled = text.replaceAll(/\{([a-z]+)\}/g, (_, name: string) => String(params[name] ?? ''));
  return because === undefined || because === '' ? filled : `${filled} ${because}`;
}
