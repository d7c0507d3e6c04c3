import { lazy, Suspense } from 'react';
import { CataloguePage } from './catalogue/CataloguePage.tsx';
import { CoursePage } from './course/CoursePage.tsx';
import { Connection } from './shell/Connection.tsx';
import { Header } from './shell/Header.tsx';
import { useAddress } from './shell/router.tsx';
import { Loading, NotFound } from './shell/states.tsx';
import { SignInPage } from './sign-in/SignInPage.tsx';

const LessonPage = lazy(() => import('./lesson/LessonPage.tsx'));
// Most people learn: what instructors need comes when one opens it.
const TeachPage = lazy(() => import('./teach/TeachPage.tsx'));
const TeachCoursePage = lazy(() => import('./teach/TeachCoursePage.tsx'));

export function App() {
  return (
    <>
      <Header />
      <Connection />
      <main id="content" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Page />
        </Suspense>
      </main>
    </>
  );
}

function Page() {
  const { pathname } = useAddress();
  const [, room = '', id, ...rest] = pathname.replace(/\/+$/, '').split('/');
  if (rest.length > 0) return <NotFound />;
  if (room === '' && !id) return <CataloguePage />;
  if (room === 'sign-in' && !id) return <SignInPage />;
  if (room === 'courses' && id) return <CoursePage key={id} id={id} />;
  if (room === 'lessons' && id) return <LessonPage key={id} id={id} />;
  if (room === 'teach') return id ? <TeachCoursePage key={id} id={id} /> : <TeachPage />;
  return <NotFound />;
}
