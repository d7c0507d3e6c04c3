import { useTexts } from '../texts/texts.tsx';
import { Link } from './router.tsx';

export function Loading() {
  const { t } = useTexts();
  return (
    <p className="loading" role="status">
      {t('loading')}
    </p>
  );
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t, explain } = useTexts();
  return (
    <div className="failure" role="alert">
      <p>{explain(error)}</p>
      {retry && (
        <button type="button" onClick={retry}>
          {t('tryAgain')}
        </button>
      )}
    </div>
  );
}

export function NotFound() {
  const { t } = useTexts();
  return (
    <div className="page narrow">
      <h1>{t('notFound')}</h1>
      <p>
        <Link href="/">{t('backToCourses')}</Link>
      </p>
    </div>
  );
}
