import { useState } from 'react';
import { lectern } from '../api.ts';
import { LOCALES, type Locale, useTexts } from '../texts/texts.tsx';
import { Link, navigate, useAddress } from './router.tsx';
import { useAccount } from './session.tsx';
import { chooseTheme, currentTheme, THEMES, type Theme } from './theme.ts';

export function Header() {
  const { t } = useTexts();
  const account = useAccount();
  const { pathname } = useAddress();
  const current = (prefix: string) => (pathname.startsWith(prefix) ? { 'aria-current': 'page' as const } : {});
  return (
    <header className="header">
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <Link href="/" className="brand">
        <img src="/icon.svg" alt="" width="28" height="28" />
        Lectern
      </Link>
      <nav>
        <Link href="/" {...(pathname === '/' ? { 'aria-current': 'page' } : current('/courses'))}>
          {t('courses')}
        </Link>
        {account && account.role !== 'STUDENT' && (
          <Link href="/teach" {...current('/teach')}>
            {t('teach')}
          </Link>
        )}
      </nav>
      <Preferences />
      {account ? (
        <div className="account">
          <span className="who">{account.username}</span>
          <button type="button" className="quiet" onClick={() => lectern.signOut().catch(() => {})}>
            {t('signOut')}
          </button>
        </div>
      ) : (
        account === null &&
        pathname !== '/sign-in' && (
          <button
            type="button"
            className="primary"
            onClick={() => navigate(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`)}
          >
            {t('signIn')}
          </button>
        )
      )}
    </header>
  );
}

function Preferences() {
  const { t, locale, setLocale } = useTexts();
  const [theme, setTheme] = useState(currentTheme);
  const names = { auto: t('themeAuto'), light: t('themeLight'), dark: t('themeDark') };
  return (
    <div className="preferences">
      <label>
        <span className="hidden">{t('language')}</span>
        <select value={locale} onChange={(event) => setLocale(event.target.value as Locale)}>
          {Object.entries(LOCALES).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="hidden">{t('theme')}</span>
        <select
          value={theme}
          onChange={(event) => {
            chooseTheme(event.target.value as Theme);
            setTheme(event.target.value as Theme);
          }}
        >
          {THEMES.map((each) => (
            <option key={each} value={each}>
              {names[each]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
