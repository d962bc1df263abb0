/** Which particle follows: after a final consonant, after ㄹ, or after a vowel. */
type Ending = 'consonant' | 'rieul' | 'vowel';

const PARTICLE =
  /([\uac00-\ud7a3A-Za-z\d])([^\s\uac00-\ud7a3A-Za-z\d(]*)(은\(는\)|이\(가\)|을\(를\)|\(으\)로|\(이\)라)/g;

/** As each digit is read: 영 일 이 삼 사 오 육 칠 팔 구. */
const DIGITS: readonly Ending[] = [
  'consonant',
  'rieul',
  'vowel',
  'consonant',
  'vowel',
  'vowel',
  'consonant',
  'rieul',
  'rieul',
  'vowel',
];
const FIRST_SYLLABLE = 0xac00;
const FINALS = 28;
const RIEUL = 8;

/** How the sound ends; null where a foreign word is read now so, now so (앱은, 애플리케이션은, 네트워크는). */
function endingOf(last: string): Ending | null {
  if (last >= '0' && last <= '9') return DIGITS[Number(last)];
  if (/[aiousxyz]/i.test(last)) return 'vowel';
  if (/l/i.test(last)) return 'rieul';
  if (/[mn]/i.test(last)) return 'consonant';
  if (last < '\uac00') return null;
  const final = (last.charCodeAt(0) - FIRST_SYLLABLE) % FINALS;
  return final === 0 ? 'vowel' : final === RIEUL ? 'rieul' : 'consonant';
}

const CHOICES: Readonly<Record<string, readonly [afterConsonant: string, afterVowel: string]>> = {
  '은(는)': ['은', '는'],
  '이(가)': ['이', '가'],
  '을(를)': ['을', '를'],
  '(으)로': ['으로', '로'],
  '(이)라': ['이라', '라'],
};

/** `10.244.1.3은(는)` reads `10.244.1.3은`: of two forms of a particle the one that fits what stands before it, where that is sure. */
export function withParticles(text: string): string {
  return text.replace(PARTICLE, (whole, last: string, between: string, both: string) => {
    const ending = endingOf(last);
    if (ending === null) return whole;
    const [afterConsonant, afterVowel] = CHOICES[both];
    const isOpen = ending === 'vowel' || (ending === 'rieul' && both === '(으)로');
    return last + between + (isOpen ? afterVowel : afterConsonant);
  });
}
