'use client';
import type { LtiPlatform } from '@podlab/contracts';
import { useTranslations } from 'next-intl';
import { CodeBlock } from '../../components/ui/code-block';
import styles from './platforms.module.css';

const LTI = '/api/v1/lti';

/** What the platform's administrator pastes there; it is the same for every platform. */
export function ToolAddresses({ tool }: { tool: LtiPlatform['tool'] | undefined }) {
  const t = useTranslations('platforms');
  const base = `${location.origin}${LTI}`;
  const addresses = {
    launch: tool?.launch_url ?? `${base}/launch`,
    login: tool?.login_url ?? `${base}/login`,
    keys: tool?.jwks_url ?? `${base}/jwks`,
  };
  return (
    <section className={styles.card} aria-labelledby="tool-addresses">
      <h2 id="tool-addresses">
        <span className={styles.number}>1</span> {t('tool.title')}
      </h2>
      <p className={styles.text}>{t('tool.hint')}</p>
      <dl className={styles.addresses}>
        {(['launch', 'login', 'keys'] as const).map((name) => (
          <div key={name}>
            <dt>{t(`tool.${name}`)}</dt>
            <dd>
              <CodeBlock text={addresses[name]} label={t(`tool.${name}`)} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
