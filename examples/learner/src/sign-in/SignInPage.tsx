import { type FormEvent, useEffect, useState } from 'react';
import { lectern } from '../api.ts';
import { factsOf } from '../failure.ts';
import { navigate, useAddress, useTitle } from '../shell/router.tsx';
import { useAccount } from '../shell/session.tsx';
import { useTexts } from '../texts/texts.tsx';

export function SignInPage() {
  const { t, explain } = useTexts();
  useTitle(t('signIn'));
  const { searchParams, hash } = useAddress();
  const account = useAccount();
  const [isNew, setNew] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  // Of this page alone: an address elsewhere is not gone to.
  const wanted = searchParams.get('next') ?? '/';
  const next = /^\/(?![/\\])/.test(wanted) ? wanted : '/';
  // Behind the "#", which is sent to nobody: the demo fills the form in.
  const given = new URLSearchParams(hash.slice(1));

  useEffect(() => {
    if (account) navigate(next, { replace: true });
  }, [account, next]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? '');
    setBusy(true);
    setError(null);
    try {
      const [email, password] = [text('email'), text('password')];
      if (isNew) {
        const role = text('role') === 'INSTRUCTOR' ? 'INSTRUCTOR' : 'STUDENT';
        await lectern.register({ username: text('username'), email, password, role });
      } else await lectern.signIn({ email, password });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  }

  const { field } = factsOf(error);
  const faultOf = (name: string) =>
    field === name ? { 'aria-invalid': true, 'aria-describedby': 'sign-in-fault' } : {};
  return (
    <div className="page narrow">
      <h1>{isNew ? t('registerTitle') : t('signInTitle')}</h1>
      <p className="muted">{t('signInLead')}</p>
      <form className="form" onSubmit={submit}>
        {isNew && (
          <label>
            {t('username')}
            <input
              name="username"
              required
              minLength={3}
              maxLength={30}
              autoComplete="nickname"
              {...faultOf('username')}
            />
          </label>
        )}
        <label>
          {t('email')}
          <input
            name="email"
            type="email"
            required
            autoComplete="username"
            defaultValue={given.get('email') ?? ''}
            {...faultOf('email')}
          />
        </label>
        <label>
          {t('password')}
          <input
            name="password"
            type="password"
            required
            autoComplete={isNew ? 'new-password' : 'current-password'}
            defaultValue={given.get('password') ?? ''}
            {...faultOf('password')}
          />
        </label>
        {isNew && (
          <fieldset>
            <legend>{t('role')}</legend>
            <label>
              <input type="radio" name="role" value="STUDENT" defaultChecked /> {t('asStudent')}
            </label>
            <label>
              <input type="radio" name="role" value="INSTRUCTOR" /> {t('asInstructor')}
            </label>
          </fieldset>
        )}
        <div role="alert" id="sign-in-fault">
          {error !== null && <p className="fault">{explain(error)}</p>}
        </div>
        <button type="submit" className="primary" disabled={busy}>
          {isNew ? t('register') : t('signIn')}
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            setNew(!isNew);
            setError(null);
          }}
        >
          {isNew ? t('toSignIn') : t('toRegister')}
        </button>
      </form>
    </div>
  );
}
